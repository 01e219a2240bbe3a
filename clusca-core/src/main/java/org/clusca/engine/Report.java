package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.flops.FlopsConvention;

/** What one generation did. Immutable; made by {@link #builder()}. */
public final class Report {
    private final Builder values;

    private Report(Builder builder) {
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

    /** Name of the model. */
    public String model() {
        return values.model;
    }

    /** Tag of the cache policy. */
    public String policy() {
        return values.policy;
    }

    /** Name of the scheduler. */
    public String scheduler() {
        return values.scheduler;
    }

    /** What was asked for, each once. */
    public List<String> conditions() {
        return values.conditions;
    }

    /** Pictures or videos made. */
    public int images() {
        return values.images;
    }

    /** What guidance led away from; empty for the model's own unconditional row. */
    public String negativePrompt() {
        return values.negativePrompt;
    }

    /** The scale in force; 1 means none. */
    public double guidance() {
        return values.guidance;
    }

    /** Of the noise and of what the policy drew. */
    public long seed() {
        return values.seed;
    }

    /** In the order in which they ran. */
    public List<Step> steps() {
        return values.steps;
    }

    /** The whole generation, decoding included, loading not. */
    public double seconds() {
        return values.seconds;
    }

    /** Spent on adaLN modulations, ahead of the loop. */
    public double modulationSeconds() {
        return values.modulationSeconds;
    }

    /** Spent in the policy's observation of hidden states. */
    public double clusteringSeconds() {
        return values.clusteringSeconds;
    }

    /** Spent on turning latents into pictures. */
    public double decodingSeconds() {
        return values.decodingSeconds;
    }

    /** Executed in the network, 2 per multiply-add, matrix products only; rejected runs count. */
    public long flops() {
        return values.flops;
    }

    /** Of the same run as publications on DiT count, {@link FlopsConvention#A}. */
    public long flopsA() {
        return values.flopsA;
    }

    /**
     * Of the same run as publications on FLUX and HunyuanVideo count, {@link FlopsConvention#B}.
     */
    public long flopsB() {
        return values.flopsB;
    }

    /** How cached features were held. */
    public CachePrecision cachePrecision() {
        return values.cachePrecision;
    }

    /** Memory of the feature cache. */
    public long cacheBytes() {
        return values.cacheBytes;
    }

    /** What the user should know. */
    public List<String> warnings() {
        return values.warnings;
    }

    /**
     * One denoising step.
     *
     * @param seconds the whole step, with clustering and a rejected run where there were any
     * @param clusteringSeconds the part of it spent in clustering
     * @param flops 2 per multiply-add, matrix products only; modulations and a rejected run aside
     * @param rejected the run that the policy had redone
     */
    public record Step(
            int index,
            double timestep,
            StepKind kind,
            double seconds,
            double clusteringSeconds,
            long flops,
            Optional<Rejected> rejected) {
        private double acceptedSeconds() {
            return seconds - clusteringSeconds - rejected.map(Rejected::seconds).orElse(0.0);
        }
    }

    /**
     * A run that a policy rejected, after which the step was run again.
     *
     * @param flops counted as {@link Step#flops}
     */
    public record Rejected(StepKind kind, double seconds, long flops) {}

    /** Runs that the policy rejected. */
    public List<Rejected> rejected() {
        return values.steps.stream().flatMap(step -> step.rejected().stream()).toList();
    }

    /** Seconds of rejected runs. */
    public double rejectedSeconds() {
        return rejected().stream().mapToDouble(Rejected::seconds).sum();
    }

    /** Operations of rejected runs, a part of {@link #flops()}. */
    public long rejectedFlops() {
        return rejected().stream().mapToLong(Rejected::flops).sum();
    }

    /** Number of steps of one kind. */
    public long count(StepKind kind) {
        return values.steps.stream().filter(step -> step.kind() == kind).count();
    }

    /** Operations of the steps of one kind, counted as {@link #flops}, modulations aside. */
    public long flops(StepKind kind) {
        return values.steps.stream()
                .filter(step -> step.kind() == kind)
                .mapToLong(Step::flops)
                .sum();
    }

    /**
     * Median seconds of the steps of one kind, clustering and rejected runs not counted; NaN when
     * there are none.
     */
    public double medianSeconds(StepKind kind) {
        double[] seconds =
                values.steps.stream()
                        .filter(step -> step.kind() == kind)
                        .mapToDouble(Step::acceptedSeconds)
                        .sorted()
                        .toArray();
        return seconds.length == 0
                ? Double.NaN
                : (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2;
    }

    /** Collects a report; model, policy, scheduler and images are required. */
    public static final class Builder {
        private String model = "";
        private String policy = "";
        private String scheduler = "";
        private List<String> conditions = List.of();
        private int images;
        private String negativePrompt = "";
        private double guidance = 1;
        private long seed;
        private List<Step> steps = List.of();
        private double seconds;
        private double modulationSeconds;
        private double clusteringSeconds;
        private double decodingSeconds;
        private long flops;
        private long flopsA;
        private long flopsB;
        private CachePrecision cachePrecision = CachePrecision.FLOAT32;
        private long cacheBytes;
        private List<String> warnings = List.of();

        private Builder() {}

        private Builder(Builder values) {
            model = values.model;
            policy = values.policy;
            scheduler = values.scheduler;
            conditions = values.conditions;
            images = values.images;
            negativePrompt = values.negativePrompt;
            guidance = values.guidance;
            seed = values.seed;
            steps = values.steps;
            seconds = values.seconds;
            modulationSeconds = values.modulationSeconds;
            clusteringSeconds = values.clusteringSeconds;
            decodingSeconds = values.decodingSeconds;
            flops = values.flops;
            flopsA = values.flopsA;
            flopsB = values.flopsB;
            cachePrecision = values.cachePrecision;
            cacheBytes = values.cacheBytes;
            warnings = values.warnings;
        }

        public Builder model(String value) {
            model = requireNonNull(value, "model is null");
            return this;
        }

        public Builder policy(String value) {
            policy = requireNonNull(value, "policy is null");
            return this;
        }

        public Builder scheduler(String value) {
            scheduler = requireNonNull(value, "scheduler is null");
            return this;
        }

        public Builder conditions(List<String> value) {
            conditions = List.copyOf(value);
            return this;
        }

        public Builder images(int value) {
            images = value;
            return this;
        }

        public Builder negativePrompt(String value) {
            negativePrompt = value;
            return this;
        }

        public Builder guidance(double value) {
            guidance = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder steps(List<Step> value) {
            steps = List.copyOf(value);
            return this;
        }

        public Builder seconds(double value) {
            seconds = value;
            return this;
        }

        public Builder modulationSeconds(double value) {
            modulationSeconds = value;
            return this;
        }

        public Builder clusteringSeconds(double value) {
            clusteringSeconds = value;
            return this;
        }

        public Builder decodingSeconds(double value) {
            decodingSeconds = value;
            return this;
        }

        public Builder flops(long value) {
            flops = value;
            return this;
        }

        public Builder flopsA(long value) {
            flopsA = value;
            return this;
        }

        public Builder flopsB(long value) {
            flopsB = value;
            return this;
        }

        public Builder cachePrecision(CachePrecision value) {
            cachePrecision = requireNonNull(value, "cachePrecision is null");
            return this;
        }

        public Builder cacheBytes(long value) {
            cacheBytes = value;
            return this;
        }

        public Builder warnings(List<String> value) {
            warnings = List.copyOf(value);
            return this;
        }

        /**
         * @throws CluscaException INVALID_PARAMETER when something is missing or out of range
         */
        public Report build() {
            return new Report(this);
        }

        private void check() {
            require(
                    !model.isEmpty() && !policy.isEmpty() && !scheduler.isEmpty(),
                    "A report names the model, the policy and the scheduler.");
            require(images >= 1, "A report is of at least one image, found " + images + ".");
            require(
                    Math.min(
                                    Math.min(seconds, modulationSeconds),
                                    Math.min(clusteringSeconds, decodingSeconds))
                            >= 0,
                    "Seconds are not negative.");
            require(
                    Math.min(Math.min(flops, cacheBytes), Math.min(flopsA, flopsB)) >= 0,
                    "Operations and bytes are not negative.");
        }

        private static void require(boolean holds, String message) {
            if (!holds) {
                throw new CluscaException(ErrorCode.INVALID_PARAMETER, message);
            }
        }
    }
}
