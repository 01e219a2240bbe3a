package org.clusca.engine;

import java.util.List;
import java.util.Optional;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepKind;
import org.clusca.flops.FlopsConvention;

/** What one generation made of what, and what that cost. Immutable. */
public final class Report {
    private final Builder values;

    /**
     * @param values that nobody else changes
     */
    private Report(Builder values) {
        this.values = values;
    }

    static Builder builder(Provenance provenance) {
        return new Builder(provenance);
    }

    /**
     * The report of one image of several: what made it, by itself, and what it and those beside it
     * cost together.
     *
     * @param image counted through all conditions
     */
    public Report image(int image) {
        return new Report(new Builder(values, values.provenance.image(image)));
    }

    /** What made the pictures. */
    public Provenance provenance() {
        return values.provenance;
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
     * @param readings what gauges showed before anything was redone
     * @param judgement what the policy held against a threshold to decide the step
     */
    public record Step(
            int index,
            double timestep,
            StepKind kind,
            double seconds,
            double clusteringSeconds,
            long flops,
            Optional<Rejected> rejected,
            Readings readings,
            Optional<Judgement> judgement) {
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

    /** What was measured for the policy over the steps. */
    public List<Measurement> measurements() {
        return Measurement.of(values.steps);
    }

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

    /** Collects a report, once. */
    static final class Builder {
        private final Provenance provenance;
        private List<Step> steps = List.of();
        private double seconds;
        private double modulationSeconds;
        private double clusteringSeconds;
        private double decodingSeconds;
        private long flops;
        private long flopsA;
        private long flopsB;
        private long cacheBytes;
        private List<String> warnings = List.of();

        private Builder(Provenance provenance) {
            this.provenance = provenance;
        }

        private Builder(Builder all, Provenance provenance) {
            this(provenance);
            steps = all.steps;
            seconds = all.seconds;
            modulationSeconds = all.modulationSeconds;
            clusteringSeconds = all.clusteringSeconds;
            decodingSeconds = all.decodingSeconds;
            flops = all.flops;
            flopsA = all.flopsA;
            flopsB = all.flopsB;
            cacheBytes = all.cacheBytes;
            warnings = all.warnings;
        }

        Builder steps(List<Step> value) {
            steps = List.copyOf(value);
            return this;
        }

        Builder seconds(double value) {
            seconds = value;
            return this;
        }

        Builder modulationSeconds(double value) {
            modulationSeconds = value;
            return this;
        }

        Builder clusteringSeconds(double value) {
            clusteringSeconds = value;
            return this;
        }

        Builder decodingSeconds(double value) {
            decodingSeconds = value;
            return this;
        }

        Builder flops(long value) {
            flops = value;
            return this;
        }

        Builder flopsA(long value) {
            flopsA = value;
            return this;
        }

        Builder flopsB(long value) {
            flopsB = value;
            return this;
        }

        Builder cacheBytes(long value) {
            cacheBytes = value;
            return this;
        }

        Builder warnings(List<String> value) {
            warnings = List.copyOf(value);
            return this;
        }

        Report build() {
            return new Report(this);
        }
    }
}
