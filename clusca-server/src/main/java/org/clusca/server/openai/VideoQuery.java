package org.clusca.server.openai;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.model.Size;
import org.clusca.report.Kind;
import org.clusca.server.model.OpenModel;
import org.clusca.server.queue.Wanted;

/**
 * The body of {@code POST /v1/videos}: OpenAI's fields, and Clusca's own beside them.
 *
 * @param model empty for the first
 * @param seconds empty where {@code frames} says how long it is, or the model does
 */
public record VideoQuery(
        Optional<String> model,
        String prompt,
        Size size,
        OptionalDouble seconds,
        int framesPerSecond,
        int mostFrames,
        Sampling sampling) {
    private static final int USUAL_RATE = 24;
    private static final int MOST_RATE = 120;

    /**
     * @throws ApiException 400, naming the field
     */
    public static VideoQuery parse(byte[] body, Limits limits) {
        Fields fields = Fields.parse(body);
        Optional<String> model = fields.text("model", 200);
        String prompt =
                fields.text("prompt", limits.prompt())
                        .orElseThrow(
                                () ->
                                        ApiException.invalid(
                                                "prompt",
                                                "missing_required_parameter",
                                                "'prompt' is missing: what to show."));
        OptionalInt frames = fields.whole("frames", 1, limits.frames());
        VideoQuery query =
                new VideoQuery(
                        model,
                        prompt,
                        Sizes.read(fields, frames.orElse(0), limits.side()),
                        seconds(fields),
                        fields.whole("fps", 1, MOST_RATE).orElse(USUAL_RATE),
                        limits.frames(),
                        Sampling.read(fields, limits));
        fields.requireAllKnown();
        if (frames.isPresent() && query.seconds.isPresent()) {
            throw ApiException.invalid("frames", "Give 'frames' or 'seconds', not both.");
        }
        return query;
    }

    /** OpenAI writes it as a string. */
    private static OptionalDouble seconds(Fields fields) {
        Optional<String> text = fields.numberText("seconds");
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (!text.get().matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            throw ApiException.invalid(
                    "seconds", "'seconds' must be a number, found '" + text.get() + "'.");
        }
        return OptionalDouble.of(Double.parseDouble(text.get()));
    }

    /**
     * Together with the model.
     *
     * @throws ApiException for a model of pictures
     * @throws org.clusca.api.CluscaException for what the model does not take
     */
    public Wanted wanted(Clusca clusca, OpenModel open) {
        if (!Kind.ofVideos(open.model())) {
            throw ApiException.invalid(
                    "model",
                    open.name() + " makes pictures, not videos: use POST /v1/images/generations.");
        }
        Size asked = size;
        if (seconds.isPresent()) {
            int step = open.model().codec().map(codec -> codec.temporalScale()).orElse(1);
            double frames = seconds.getAsDouble() * framesPerSecond;
            int nearest = (int) Math.max(0, Math.round((frames - 1) / step)) * step + 1;
            if (nearest > mostFrames) {
                throw ApiException.invalid(
                        "seconds",
                        "Videos have at most "
                                + mostFrames
                                + " frames here, found "
                                + nearest
                                + ".");
            }
            asked = new Size(size.width(), size.height(), nearest);
        }
        return sampling.wanted(clusca, open, prompt, 1, asked, framesPerSecond);
    }
}
