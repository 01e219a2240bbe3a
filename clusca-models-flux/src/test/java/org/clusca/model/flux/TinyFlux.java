package org.clusca.model.flux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.clusca.api.model.Config;
import org.clusca.io.Json;
import org.clusca.testing.Golden;

/** The small random FLUX of the golden set, and copies of it to be changed by a test. */
final class TinyFlux {
    /** Wider than high. */
    static final org.clusca.api.model.Size SIZE = new org.clusca.api.model.Size(96, 64, 1);

    private TinyFlux() {}

    static Path folder() {
        return Golden.folder("flux").resolve("pipeline");
    }

    /** What the texts of the golden set were. */
    static List<String> prompts() {
        Object prompts = Json.read(Golden.folder("flux").resolve("prompts.json")).get("prompts");
        return ((List<?>) prompts).stream().map(String.class::cast).toList();
    }

    static boolean takesGuidance() {
        Path config = folder().resolve("transformer/config.json");
        return new Config(config.toString(), Json.read(config)).flag("guidance_embeds", false);
    }

    static Path copy(Path target) {
        Path source = folder();
        try (Stream<Path> all = Files.walk(source)) {
            for (Path path : all.toList()) {
                Path copy = target.resolve(source.relativize(path).toString());
                if (!Files.exists(copy)) {
                    Files.copy(path, copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    /** As FLUX.1-schnell: without an embedder of the guidance scale. */
    static Path distilled(Path target) {
        copy(target);
        json(target, "transformer/config.json", json -> json.put("guidance_embeds", false));
        json(
                target,
                "transformer/diffusion_pytorch_model.safetensors.index.json",
                json ->
                        ((Map<?, ?>) json.get("weight_map"))
                                .keySet()
                                .removeIf(name -> name.toString().contains("guidance_embedder")));
        return target;
    }

    static void json(Path folder, String file, Consumer<Map<String, Object>> change) {
        Map<String, Object> values = new LinkedHashMap<>(Json.read(folder.resolve(file)));
        change.accept(values);
        Json.write(folder.resolve(file), values);
    }

    static void delete(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
