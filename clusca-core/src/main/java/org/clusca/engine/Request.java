package org.clusca.engine;

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

/**
 * What to generate. Immutable; made by {@link #builder()}.
 *
 * @param conditions class names, numbers or prompts; each gives {@code count} images
 * @param guidance empty for the model's default; 1 switches guidance off
 * @param scheduler null for the one the model names
 * @param initialLatents {@code [images, channels, height, width]}, of videos {@code [images,
 *     channels, frames, height, width]}, or null to draw them from the seed
 * @param noise what schedulers add at each step, or null to draw it from the seed
 * @param size of the pictures
 * @param maxSequenceLength text tokens at most; empty for the model's own limit
 * @param cachePrecision how cached features are held
 * @param keepLatents whether the latents after every step are kept in the result
 * @param decode whether latents are decoded to pictures
 * @param frames gets the frames of videos as soon as they are decoded, those of several videos one
 *     after the other; null leaves them in the result
 * @param tiles in which videos are decoded
 * @param timeout null for none; checked between steps and before decoding
 */
public record Request(
        List<String> conditions,
        int count,
        int steps,
        OptionalDouble guidance,
        long seed,
        CachePolicy policy,
        @Nullable Scheduler scheduler,
        @Nullable Tensor initialLatents,
        @Nullable NoiseSource noise,
        Size size,
        OptionalInt maxSequenceLength,
        CachePrecision cachePrecision,
        boolean keepLatents,
        boolean decode,
        @Nullable FrameSink frames,
        VideoTiles tiles,
        ProgressListener listener,
        Cancellation cancellation,
        @Nullable Duration timeout) {

    public static Builder builder() {
        return new Builder();
    }

    /** What each condition asks for. */
    List<Prompt> prompts() {
        return conditions.stream()
                .map(text -> new Prompt(text, guidance, maxSequenceLength))
                .toList();
    }

    public int images() {
        return Math.multiplyExact(conditions.size(), count);
    }

    /** Collects a request; {@link #conditions} is required. */
    public static final class Builder {
        private List<String> conditions = List.of();
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
        private ProgressListener listener = ProgressListener.NONE;
        private Cancellation cancellation = new Cancellation();
        private @Nullable Duration timeout;

        private Builder() {}

        /** Class names, numbers or prompts. */
        public Builder conditions(String... values) {
            return conditions(List.of(values));
        }

        public Builder conditions(List<String> values) {
            conditions = List.copyOf(values);
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
            policy = value;
            return this;
        }

        public Builder scheduler(Scheduler value) {
            scheduler = value;
            return this;
        }

        public Builder initialLatents(Tensor value) {
            initialLatents = value;
            return this;
        }

        public Builder noise(NoiseSource value) {
            noise = value;
            return this;
        }

        /** For models that make several. */
        public Builder size(Size value) {
            size = value;
            return this;
        }

        /** Longer prompts are cut. */
        public Builder maxSequenceLength(int value) {
            maxSequenceLength = OptionalInt.of(value);
            return this;
        }

        public Builder cachePrecision(CachePrecision value) {
            cachePrecision = value;
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
            frames = value;
            return this;
        }

        /** For videos; pictures are decoded whole. */
        public Builder tiles(VideoTiles value) {
            tiles = value;
            return this;
        }

        public Builder listener(ProgressListener value) {
            listener = value;
            return this;
        }

        public Builder cancellation(Cancellation value) {
            cancellation = value;
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /**
         * @throws CluscaException INVALID_PARAMETER when something is missing or out of range
         */
        public Request build() {
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
            return new Request(
                    conditions,
                    count,
                    steps,
                    guidance,
                    seed,
                    policy,
                    scheduler,
                    initialLatents,
                    noise,
                    size,
                    maxSequenceLength,
                    cachePrecision,
                    keepLatents,
                    decode,
                    frames,
                    tiles,
                    listener,
                    cancellation,
                    timeout);
        }

        private static void require(boolean holds, String message) {
            if (!holds) {
                throw new CluscaException(ErrorCode.INVALID_PARAMETER, message);
            }
        }
    }
}
