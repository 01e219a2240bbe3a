package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.io.FrameSink;
import org.clusca.video.VideoTiles;
import org.jspecify.annotations.Nullable;

/** What to generate. Immutable; made by {@link #builder()}. */
public final class Request {
    private final Builder values;

    private Request(Builder builder) {
        values = new Builder(builder);
        values.check();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The same with what is changed. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** Class names, numbers or prompts; each gives {@link #count} images. */
    public List<String> conditions() {
        return values.conditions;
    }

    /** What guidance leads away from; empty for the model's own unconditional row. */
    public String negativePrompt() {
        return values.negativePrompt;
    }

    /** Images per condition. */
    public int count() {
        return values.count;
    }

    /** Denoising steps. */
    public int steps() {
        return values.steps;
    }

    /** Empty for the model's default; 1 switches guidance off. */
    public OptionalDouble guidance() {
        return values.guidance;
    }

    /** Of the noise and of what a policy draws. */
    public long seed() {
        return values.seed;
    }

    /** What is computed, and what is reused. */
    public CachePolicy policy() {
        return values.policy;
    }

    /** Null for the one the model names. */
    public @Nullable Scheduler scheduler() {
        return values.scheduler;
    }

    /**
     * {@code [images, channels, height, width]}, of videos {@code [images, channels, frames,
     * height, width]}, or null to draw them from the seed.
     */
    public @Nullable Tensor initialLatents() {
        return values.initialLatents;
    }

    /** What schedulers add at each step, or null to draw it from the seed. */
    public @Nullable NoiseSource noise() {
        return values.noise;
    }

    /** Of the pictures. */
    public Size size() {
        return values.size;
    }

    /** Text tokens at most; empty for the model's own limit. */
    public OptionalInt maxSequenceLength() {
        return values.maxSequenceLength;
    }

    /** How cached features are held. */
    public CachePrecision cachePrecision() {
        return values.cachePrecision;
    }

    /** Whether the latents after every step are kept in the result. */
    public boolean keepLatents() {
        return values.keepLatents;
    }

    /** Whether latents are decoded to pictures. */
    public boolean decode() {
        return values.decode;
    }

    /**
     * Gets the frames of videos as soon as they are decoded, those of several videos one after the
     * other; null leaves them in the result.
     */
    public @Nullable FrameSink frames() {
        return values.frames;
    }

    /** In which videos are decoded. */
    public VideoTiles tiles() {
        return values.tiles;
    }

    /** Remembers what prompts became; null for encoding them anew. */
    public @Nullable PromptCache promptCache() {
        return values.promptCache;
    }

    /** Follows the generation. */
    public ProgressListener listener() {
        return values.listener;
    }

    /** Stops the generation from another thread. */
    public Cancellation cancellation() {
        return values.cancellation;
    }

    /** Null for none; of the whole generation, loading included. Ends it within a step. */
    public @Nullable Duration timeout() {
        return values.timeout;
    }

    /** What each condition asks for. */
    List<Prompt> prompts() {
        return values.conditions.stream().map(this::prompt).toList();
    }

    /** The same for the second rows of guidance, whatever is asked for. */
    Prompt unconditional() {
        return prompt("");
    }

    private Prompt prompt(String text) {
        return new Prompt(text, values.negativePrompt, values.guidance, values.maxSequenceLength);
    }

    public int images() {
        return Math.multiplyExact(values.conditions.size(), values.count);
    }

    /** Collects a request; {@link #conditions} is required. */
    public static final class Builder {
        private List<String> conditions = List.of();
        private String negativePrompt = "";
        private int count = 1;
        private int steps = 50;
        private OptionalDouble guidance = OptionalDouble.empty();
        private long seed;
        private CachePolicy policy = NoCache.INSTANCE;
        private @Nullable Scheduler scheduler;
        private @Nullable Tensor initialLatents;
        private @Nullable NoiseSource noise;
        private Size size = Size.DEFAULT;
        private OptionalInt maxSequenceLength = OptionalInt.empty();
        private CachePrecision cachePrecision = CachePrecision.FLOAT32;
        private boolean keepLatents;
        private boolean decode = true;
        private @Nullable FrameSink frames;
        private VideoTiles tiles = VideoTiles.DEFAULT;
        private @Nullable PromptCache promptCache;
        private ProgressListener listener = ProgressListener.NONE;
        private Cancellation cancellation = new Cancellation();
        private @Nullable Duration timeout;

        private Builder() {}

        private Builder(Builder values) {
            conditions = values.conditions;
            negativePrompt = values.negativePrompt;
            count = values.count;
            steps = values.steps;
            guidance = values.guidance;
            seed = values.seed;
            policy = values.policy;
            scheduler = values.scheduler;
            initialLatents = values.initialLatents;
            noise = values.noise;
            size = values.size;
            maxSequenceLength = values.maxSequenceLength;
            cachePrecision = values.cachePrecision;
            keepLatents = values.keepLatents;
            decode = values.decode;
            frames = values.frames;
            tiles = values.tiles;
            promptCache = values.promptCache;
            listener = values.listener;
            cancellation = values.cancellation;
            timeout = values.timeout;
        }

        /** Class names, numbers or prompts. */
        public Builder conditions(String... values) {
            return conditions(List.of(values));
        }

        public Builder conditions(List<String> values) {
            conditions = List.copyOf(values);
            return this;
        }

        /** For models whose guidance has an unconditional row. */
        public Builder negativePrompt(String value) {
            negativePrompt = requireNonNull(value, "negativePrompt is null");
            return this;
        }

        /** Images per condition. */
        public Builder count(int value) {
            count = value;
            return this;
        }

        public Builder steps(int value) {
            steps = value;
            return this;
        }

        public Builder guidance(double value) {
            guidance = OptionalDouble.of(value);
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder policy(CachePolicy value) {
            policy = requireNonNull(value, "policy is null");
            return this;
        }

        public Builder scheduler(Scheduler value) {
            scheduler = requireNonNull(value, "scheduler is null");
            return this;
        }

        public Builder initialLatents(Tensor value) {
            initialLatents = requireNonNull(value, "initialLatents is null");
            return this;
        }

        public Builder noise(NoiseSource value) {
            noise = requireNonNull(value, "noise is null");
            return this;
        }

        /** For models that make several. */
        public Builder size(Size value) {
            size = requireNonNull(value, "size is null");
            return this;
        }

        /** Longer prompts are cut. */
        public Builder maxSequenceLength(int value) {
            maxSequenceLength = OptionalInt.of(value);
            return this;
        }

        public Builder cachePrecision(CachePrecision value) {
            cachePrecision = requireNonNull(value, "cachePrecision is null");
            return this;
        }

        public Builder keepLatents(boolean value) {
            keepLatents = value;
            return this;
        }

        /** False leaves it at the latents: the result then holds no pictures. */
        public Builder decode(boolean value) {
            decode = value;
            return this;
        }

        /**
         * Where the frames of videos go as soon as they are decoded: then memory does not grow with
         * their number, and the result holds no pictures.
         */
        public Builder frames(FrameSink value) {
            frames = requireNonNull(value, "frames is null");
            return this;
        }

        /** For videos; pictures are decoded whole. */
        public Builder tiles(VideoTiles value) {
            tiles = requireNonNull(value, "tiles is null");
            return this;
        }

        /** For several requests with the same prompts; none unless given. */
        public Builder promptCache(PromptCache value) {
            promptCache = requireNonNull(value, "promptCache is null");
            return this;
        }

        public Builder listener(ProgressListener value) {
            listener = requireNonNull(value, "listener is null");
            return this;
        }

        public Builder cancellation(Cancellation value) {
            cancellation = requireNonNull(value, "cancellation is null");
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = requireNonNull(value, "timeout is null");
            return this;
        }

        /**
         * @throws CluscaException INVALID_PARAMETER when something is missing or out of range
         */
        public Request build() {
            return new Request(this);
        }

        private void check() {
            require(!conditions.isEmpty(), "A request needs at least one class or prompt.");
            require(count >= 1, "The number of images must be at least 1, found " + count + ".");
            require(steps >= 1, "The number of steps must be at least 1, found " + steps + ".");
            require(
                    guidance.isEmpty()
                            || (guidance.getAsDouble() >= 0
                                    && Double.isFinite(guidance.getAsDouble())),
                    "The guidance scale must be a number of at least 0, found "
                            + guidance.orElse(0)
                            + ".");
            require(
                    size.width() >= 0 && size.height() >= 0 && size.frames() >= 0,
                    "The size must not be negative, found " + size + ".");
            require(
                    maxSequenceLength.orElse(1) >= 1,
                    "The maximum sequence length must be at least 1, found "
                            + maxSequenceLength.orElse(0)
                            + ".");
            require(timeout == null || !timeout.isNegative(), "The timeout is negative.");
        }

        private static void require(boolean holds, String message) {
            if (!holds) {
                throw new CluscaException(ErrorCode.INVALID_PARAMETER, message);
            }
        }
    }
}
