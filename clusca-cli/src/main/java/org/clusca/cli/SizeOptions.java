package org.clusca.cli;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.engine.Request;
import org.clusca.report.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large pictures, videos and texts are, for models that leave the choice. */
final class SizeOptions {
    @Option(names = "--width", paramLabel = "W", description = "In pixels. Default: the model's.")
    private @Nullable Integer width;

    @Option(names = "--height", paramLabel = "H", description = "In pixels. Default: the model's.")
    private @Nullable Integer height;

    @Option(
            names = "--frames",
            paramLabel = "F",
            description =
                    "Frames of a video; HunyuanVideo makes 4k+1. Default: the model's (HunyuanVideo: 61).")
    private @Nullable Integer frames;

    @Option(
            names = "--max-sequence-length",
            paramLabel = "L",
            description =
                    "Text tokens; longer prompts are cut. Default: the model's (FLUX: 512; 256 without guidance).")
    private @Nullable Integer maxSequenceLength;

    /** What was asked for. */
    Size size() {
        return new Size(
                given("--width", width), given("--height", height), given("--frames", frames));
    }

    private static int given(String option, @Nullable Integer number) {
        return number == null ? 0 : Positive.require(option, number);
    }

    /** Fills in a request. */
    void apply(Request.Builder request, Model model) {
        if (!Kind.ofVideos(model)) {
            VideoOptions.refuse(model, "--frames", frames);
        }
        request.size(size());
        if (maxSequenceLength != null) {
            if (Kind.ofClasses(model)) {
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
