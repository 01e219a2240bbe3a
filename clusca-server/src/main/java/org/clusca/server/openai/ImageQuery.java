package org.clusca.server.openai;

import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.api.model.Size;
import org.clusca.report.Kind;
import org.clusca.server.model.OpenModel;
import org.clusca.server.queue.Job;
import org.clusca.server.queue.Wanted;
import org.clusca.server.store.ImageFormat;

/**
 * The body of {@code POST /v1/images/generations}: OpenAI's fields, and Clusca's own beside them.
 *
 * @param model empty for the first
 * @param urls whether the answer holds addresses instead of the pictures themselves
 * @param partialImages pictures that are sent while one forms
 * @param steps whether every step is told of
 */
public record ImageQuery(
        Optional<String> model,
        String prompt,
        int count,
        Size size,
        boolean urls,
        ImageFormat format,
        boolean stream,
        int partialImages,
        boolean steps,
        Sampling sampling) {
    private static final int MOST_PARTIAL = 100;
    private static final int USUAL_QUALITY = 95;

    /**
     * @throws ApiException 400, naming the field
     */
    public static ImageQuery parse(byte[] body, Limits limits) {
        Fields fields = Fields.parse(body);
        Optional<String> model = fields.text("model", 200);
        String prompt =
                fields.text("prompt", limits.prompt())
                        .orElseThrow(
                                () ->
                                        ApiException.invalid(
                                                "prompt",
                                                "missing_required_parameter",
                                                "'prompt' is missing: what to draw."));
        int frames = fields.whole("frames", 1, limits.frames()).orElse(0);
        ImageQuery query =
                new ImageQuery(
                        model,
                        prompt,
                        fields.whole("n", 1, limits.count()).orElse(1),
                        Sizes.read(fields, frames, limits.side()),
                        fields.choice("response_format", "url", "b64_json").equals("url"),
                        format(fields),
                        fields.flag("stream"),
                        fields.whole("partial_images", 0, MOST_PARTIAL).orElse(0),
                        fields.flag("stream_steps"),
                        Sampling.read(fields, limits));
        fields.choice("background", "auto", "opaque");
        // what these ask for is up to the model
        fields.ignore("quality", "style", "user", "moderation");
        fields.requireAllKnown();
        if (!query.stream && (query.partialImages > 0 || query.steps)) {
            throw ApiException.invalid(
                    query.steps ? "stream_steps" : "partial_images",
                    "'partial_images' and 'stream_steps' need \"stream\": true.");
        }
        return query;
    }

    /**
     * Together with the model.
     *
     * @throws ApiException for a video
     * @throws org.clusca.api.CluscaException for what the model does not take
     */
    public Wanted wanted(Clusca clusca, OpenModel open) {
        if (size.frames() > 1) {
            throw ApiException.invalid(
                    "frames", "Videos are made by POST /v1/videos; leave 'frames' out.");
        }
        boolean still = Kind.ofVideos(open.model()) || size.frames() == 0;
        Size one =
                new Size(
                        size.width(),
                        size.height(),
                        Kind.ofVideos(open.model()) ? 1 : still ? 0 : size.frames());
        return sampling.wanted(clusca, open, prompt, count, one, 0);
    }

    private static ImageFormat format(Fields fields) {
        boolean png = fields.choice("output_format", "png", "jpeg").equals("png");
        int quality = fields.whole("output_compression", 0, 100).orElse(USUAL_QUALITY);
        return png ? ImageFormat.PNG : new ImageFormat(ImageFormat.Kind.JPEG, quality);
    }

    public Job.Shows shows() {
        return partialImages > 0 || steps
                ? Job.Shows.PICTURES
                : stream ? Job.Shows.STEPS : Job.Shows.NOTHING;
    }
}
