package org.clusca.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where pictures, videos and latents go. */
final class OutputOptions {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "The file: PNG for pictures; for videos .mp4 (H.264), .apng or .png (animated PNG), or a folder of PNG frames where there is no ending. Several videos are numbered. Default: a name made of class or prompt and seed, in this folder.")
    private @Nullable Path out;

    @Option(
            names = "--save-latents",
            paramLabel = "FILE",
            description =
                    "Write 'latents' (final, before decoding) and 'step_0000', 'step_0001', ... to a safetensors file; compare writes one file for each policy, its name before the extension.")
    private @Nullable Path latents;

    Path out(String missing) {
        return out == null ? Path.of(missing) : out;
    }

    @Nullable Path latents() {
        return latents;
    }
}
