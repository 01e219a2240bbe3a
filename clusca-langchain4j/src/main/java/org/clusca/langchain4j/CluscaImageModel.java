package org.clusca.langchain4j;

import static java.util.Objects.requireNonNull;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.output.Response;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.clusca.Clusca;
import org.clusca.api.model.Size;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.clusca.report.PictureText;
import org.clusca.report.ReportJson;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of a pipeline in this process, without HTTP. Each is a PNG in base64; what it cost is in
 * the response's metadata. Safe to use from several threads. The pipeline stays its caller's, who
 * closes it.
 */
public final class CluscaImageModel implements ImageModel {
    private final Clusca clusca = Clusca.create();
    private final Pipeline pipeline;
    private final @Nullable String policy;
    private final int steps;
    private final @Nullable Double guidance;
    private final String negativePrompt;
    private final Size size;
    private final @Nullable Duration timeout;
    private final AtomicLong seed;

    private CluscaImageModel(Builder values) {
        pipeline = requireNonNull(values.pipeline, "pipeline is null");
        policy = values.policy;
        Integer asked = values.steps;
        steps = asked == null ? pipeline.model().defaultSteps() : asked;
        guidance = values.guidance;
        negativePrompt = values.negativePrompt;
        size = values.size;
        timeout = values.timeout;
        seed = new AtomicLong(values.seed);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * @param prompt a class of a class-conditional model
     * @throws org.clusca.api.CluscaException as {@link Pipeline#generate}
     */
    @Override
    public Response<Image> generate(String prompt) {
        Response<List<Image>> one = generate(prompt, 1);
        return Response.from(one.content().get(0), null, null, one.metadata());
    }

    /** As {@link #generate(String)}; made together. */
    @Override
    public Response<List<Image>> generate(String prompt, int n) {
        Generated generated = pipeline.generate(request(prompt, n));
        List<BufferedImage> pictures = Pictures.of(generated.pictures());
        List<Image> images =
                IntStream.range(0, n)
                        .mapToObj(i -> image(pictures.get(i), generated.report().image(i)))
                        .toList();
        return Response.from(
                images, null, null, ReportJson.of(generated.report(), pipeline.model()));
    }

    private Request request(String prompt, int n) {
        Request.Builder request =
                Request.builder()
                        .conditions(prompt)
                        .count(n)
                        .steps(steps)
                        .negativePrompt(negativePrompt)
                        .size(size)
                        .seed(seed.getAndAdd(n));
        if (guidance != null) {
            request.guidance(guidance);
        }
        if (timeout != null) {
            request.timeout(timeout);
        }
        String tag = policy == null ? Clusca.usualPolicy(pipeline, request.build()) : policy;
        return request.policy(clusca.policy(tag, pipeline.model())).build();
    }

    private Image image(BufferedImage picture, Report report) {
        byte[] png =
                PngWriter.encode(
                        Path.of("picture.png"), picture, PictureText.of(report, pipeline.model()));
        return Image.builder()
                .base64Data(Base64.getEncoder().encodeToString(png))
                .mimeType("image/png")
                .build();
    }

    /** Collects settings; {@link #pipeline} is required. */
    public static final class Builder {
        private @Nullable Pipeline pipeline;
        private @Nullable String policy;
        private @Nullable Integer steps;
        private @Nullable Double guidance;
        private String negativePrompt = "";
        private Size size = Size.DEFAULT;
        private @Nullable Duration timeout;
        private long seed;

        private Builder() {}

        /** What generates; its caller closes it. */
        public Builder pipeline(Pipeline value) {
            pipeline = value;
            return this;
        }

        /**
         * Tag of a cache policy, such as {@code clusca:interval=5}; {@code balanced} unless given.
         */
        public Builder policy(String value) {
            policy = value;
            return this;
        }

        /** The model's own number unless given. */
        public Builder steps(int value) {
            steps = value;
            return this;
        }

        /** The model's own unless given. */
        public Builder guidance(double value) {
            guidance = value;
            return this;
        }

        public Builder negativePrompt(String value) {
            negativePrompt = requireNonNull(value, "negativePrompt is null");
            return this;
        }

        /** In pixels; the model's own unless given. */
        public Builder size(int width, int height) {
            size = new Size(width, height, 0);
            return this;
        }

        /** None unless given. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** Of the first picture; each one that follows has the next number. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public CluscaImageModel build() {
            return new CluscaImageModel(this);
        }
    }
}
