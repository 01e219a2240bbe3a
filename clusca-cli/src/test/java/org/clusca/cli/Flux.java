package org.clusca.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.clusca.io.Json;

/** A small random FLUX, and copies of it to be spoilt. */
final class Flux {
    private Flux() {}

    static Path folder() {
        return resource("/golden/flux/pipeline");
    }

    static Path resource(String name) {
        try {
            return Path.of(Flux.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path copy(Path target) {
        return copy(folder(), target);
    }

    static Path copy(Path source, Path target) {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path file : all.toList()) {
                Files.copy(file, target.resolve(source.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    static void json(Path file, Consumer<Map<String, Object>> change) {
        Map<String, Object> values = new LinkedHashMap<>(Json.read(file));
        change.accept(values);
        Json.write(file, values);
    }

    /** As FLUX.1-schnell: without an embedder of the guidance scale. */
    static Path distilled(Path target) {
        copy(target);
        Path transformer = target.resolve("transformer");
        json(transformer.resolve("config.json"), json -> json.put("guidance_embeds", false));
        json(
                transformer.resolve("diffusion_pytorch_model.safetensors.index.json"),
                json ->
                        ((Map<?, ?>) json.get("weight_map"))
                                .keySet()
                                .removeIf(name -> name.toString().contains("guidance_embedder")));
        return target;
    }
}
