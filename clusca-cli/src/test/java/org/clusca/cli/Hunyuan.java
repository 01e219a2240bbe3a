package org.clusca.cli;

import java.nio.file.Path;
import org.clusca.testing.ModelFolders;

/** A small random HunyuanVideo, and copies of it to be spoilt. */
final class Hunyuan {
    private Hunyuan() {}

    static Path folder() {
        return Flux.resource("/golden/hunyuan/pipeline");
    }

    static Path copy(Path target) {
        return ModelFolders.copy(folder(), target);
    }
}
