package org.clusca.model.hunyuan;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clusca.api.model.Config;
import org.clusca.io.Json;
import org.clusca.testing.Golden;
import org.clusca.testing.ModelFolders;

/** The small random HunyuanVideo of the golden set, and copies of it to be changed by a test. */
final class TinyHunyuan {
    /** Of the recorded run; no file names it. */
    static final double GUIDANCE = 6;

    private TinyHunyuan() {}

    static Path folder() {
        return Golden.folder("hunyuan").resolve("pipeline");
    }

    /** What the texts were, and how they were read. */
    static Config settings() {
        Path file = Golden.folder("hunyuan").resolve("prompts.json");
        return new Config(file.toString(), Json.read(file));
    }

    static List<String> prompts() {
        return ModelFolders.prompts("hunyuan");
    }

    static int textLength() {
        return settings().whole("max_sequence_length");
    }

    static boolean takesGuidance() {
        Path config = folder().resolve("transformer/config.json");
        return new Config(config.toString(), Json.read(config)).flag("guidance_embeds", true);
    }

    static Path copy(Path target) {
        return ModelFolders.copy(folder(), target);
    }

    /** With the template of the golden set and a given number of tokens to be cut off. */
    static Path cropped(Path target, int start) {
        copy(target);
        template(target, Map.of("template", settings().text("template"), "crop_start", start));
        return target;
    }

    static void template(Path target, Object template) {
        ModelFolders.json(
                target, "model_index.json", json -> json.put("prompt_template", template));
    }
}
