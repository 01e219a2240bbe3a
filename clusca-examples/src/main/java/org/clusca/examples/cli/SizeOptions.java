package org.clusca.examples.cli;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.engine.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large pictures and texts are, for models that leave the choice. */
final class SizeOptions {
    @Option(names = "--width", paramLabel = "W", description = "In pixels. Default: the model's.")
    private @Nullable Integer width;

    @Option(names = "--height", paramLabel = "H", description = "In pixels. Default: the model's.")
    private @Nullable Integer height;

    @Option(
            names = "--max-sequence-length",
            paramLabel = "L",
            description =
                    "Text tokens; longer prompts are cut. Default: the model's (FLUX: 512; 256 without guidance).")
    private @Nullable Integer maxSequenceLength;

    /** What was asked for. */
    Size size() {
        return width == null && height == null
                ? Size.DEFAULT
                : new Size(atLeastOne("--width", width), atLeastOne("--height", height), 1);
    }

    private static int atLeastOne(String option, @Nullable Integer pixels) {
        if (pixels != null && pixels < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    option + " must be at least 1, found " + pixels + ".");
        }
        return pixels == null ? 0 : pixels;
    }

    /** Fills in a request. */
    void apply(Request.Builder request, Model model) {
        request.size(size());
        if (maxSequenceLength != null) {
            if (Subject.ofClasses(model)) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "--max-sequence-length: "
                                + model.name()
                                + " draws classes and takes no text; leave it out.");
            }
            request.maxSequenceLength(maxSequenceLength);
        }
    }
}
