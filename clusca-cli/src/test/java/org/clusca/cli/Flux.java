package org.clusca.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.testing.ModelFolders;

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
        return ModelFolders.copy(folder(), target);
    }

    /** As FLUX.1-schnell: without an embedder of the guidance scale. */
    static Path distilled(Path target) {
        copy(target);
        ModelFolders.json(
                target, "transformer/config.json", json -> json.put("guidance_embeds", false));
        ModelFolders.json(
                target,
                "transformer/diffusion_pytorch_model.safetensors.index.json",
                json ->
                        ((Map<?, ?>) json.get("weight_map"))
                                .keySet()
                                .removeIf(name -> name.toString().contains("guidance_embedder")));
        return target;
    }
}
