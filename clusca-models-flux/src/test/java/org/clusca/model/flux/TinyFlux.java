package org.clusca.model.flux;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.clusca.api.model.Config;
import org.clusca.io.Json;
import org.clusca.testing.Golden;
import org.clusca.testing.ModelFolders;

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
        return ModelFolders.prompts("flux");
    }

    static boolean takesGuidance() {
        Path config = folder().resolve("transformer/config.json");
        return new Config(config.toString(), Json.read(config)).flag("guidance_embeds", false);
    }

    static Path copy(Path target) {
        return ModelFolders.copy(folder(), target);
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
        ModelFolders.json(folder, file, change);
    }

    static void delete(Path path) {
        ModelFolders.delete(path);
    }
}
