package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
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
import org.jspecify.annotations.Nullable;

/**
 * What decides the latents of a generation: the same recipe gives the same, on the same model.
 * Immutable.
 */
public abstract sealed class Recipe permits Request {
    private final Builder<?> values;

    /**
     * @param values that nobody else changes
     */
    Recipe(Builder<?> values) {
        this.values = values;
        values.check();
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

    /**
     * Of each image: those that were given, else {@link #seed} and the numbers that follow it.
     * Images whose latents are given draw nothing of their own at the start; they all have the one
     * seed, so that the latents alone tell them apart.
     */
    public List<Long> imageSeeds() {
        if (!values.imageSeeds.isEmpty()) {
            return values.imageSeeds;
        }
        boolean given = values.initialLatents != null;
        return IntStream.range(0, images())
                .mapToObj(image -> values.seed + (given ? 0 : image))
                .toList();
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

    /** In which numbers is computed. */
    public Compute compute() {
        return values.compute;
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

    /** Collects a recipe; {@link #conditions} is required. */
    public abstract static sealed class Builder<B extends Builder<B>> permits Request.Builder {
        private List<String> conditions = List.of();
        private String negativePrompt = "";
        private int count = 1;
        private int steps = 50;
        private OptionalDouble guidance = OptionalDouble.empty();
        private long seed;
        private List<Long> imageSeeds = List.of();
        private CachePolicy policy = NoCache.INSTANCE;
        private @Nullable Scheduler scheduler;
        private @Nullable Tensor initialLatents;
        private @Nullable NoiseSource noise;
        private Size size = Size.DEFAULT;
        private OptionalInt maxSequenceLength = OptionalInt.empty();
        private CachePrecision cachePrecision = CachePrecision.FLOAT32;
        private Compute compute = Compute.FLOAT32;

        Builder() {}

        Builder(Builder<B> values) {
            conditions = values.conditions;
            negativePrompt = values.negativePrompt;
            count = values.count;
            steps = values.steps;
            guidance = values.guidance;
            seed = values.seed;
            imageSeeds = values.imageSeeds;
            policy = values.policy;
            scheduler = values.scheduler;
            initialLatents = values.initialLatents;
            noise = values.noise;
            size = values.size;
            maxSequenceLength = values.maxSequenceLength;
            cachePrecision = values.cachePrecision;
            compute = values.compute;
        }

        abstract B self();

        /** Class names, numbers or prompts. */
        public B conditions(String... values) {
            return conditions(List.of(values));
        }

        public B conditions(List<String> values) {
            conditions = List.copyOf(values);
            return self();
        }

        /** For models whose guidance has an unconditional row. */
        public B negativePrompt(String value) {
            negativePrompt = requireNonNull(value, "negativePrompt is null");
            return self();
        }

        /** Images per condition. */
        public B count(int value) {
            count = value;
            return self();
        }

        public B steps(int value) {
            steps = value;
            return self();
        }

        public B guidance(double value) {
            guidance = OptionalDouble.of(value);
            return self();
        }

        public B seed(long value) {
            seed = value;
            return self();
        }

        /**
         * One for each image, so that images of different requests can be made together; each is
         * the one that its seed gives alone. Images of one condition lie together.
         */
        public B imageSeeds(List<Long> values) {
            imageSeeds = List.copyOf(values);
            return self();
        }

        public B policy(CachePolicy value) {
            policy = requireNonNull(value, "policy is null");
            return self();
        }

        public B scheduler(Scheduler value) {
            scheduler = requireNonNull(value, "scheduler is null");
            return self();
        }

        public B initialLatents(Tensor value) {
            initialLatents = requireNonNull(value, "initialLatents is null");
            return self();
        }

        public B noise(NoiseSource value) {
            noise = requireNonNull(value, "noise is null");
            return self();
        }

        /** For models that make several. */
        public B size(Size value) {
            size = requireNonNull(value, "size is null");
            return self();
        }

        /** Longer prompts are cut. */
        public B maxSequenceLength(int value) {
            maxSequenceLength = OptionalInt.of(value);
            return self();
        }

        public B cachePrecision(CachePrecision value) {
            cachePrecision = requireNonNull(value, "cachePrecision is null");
            return self();
        }

        /** Not every device computes in every one. */
        public B compute(Compute value) {
            compute = requireNonNull(value, "compute is null");
            return self();
        }

        void check() {
            require(!conditions.isEmpty(), "A request needs at least one class or prompt.");
            require(count >= 1, "The number of images must be at least 1, found " + count + ".");
            require(
                    imageSeeds.isEmpty() || imageSeeds.size() == (long) conditions.size() * count,
                    "There must be a seed for each of "
                            + (long) conditions.size() * count
                            + " images, found "
                            + imageSeeds.size()
                            + ".");
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
        }

        static void require(boolean holds, String message) {
            if (!holds) {
                throw new CluscaException(ErrorCode.INVALID_PARAMETER, message);
            }
        }
    }
}
