package org.clusca.engine;

import java.util.List;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.trunk.CachePrecision;

/**
 * What one generation did.
 *
 * @param policy tag of the cache policy
 * @param guidance the scale in force; 1 means none
 * @param seconds the whole generation, decoding included, loading not
 * @param modulationSeconds adaLN modulations, ahead of the loop
 * @param clusteringSeconds spent in the policy's observation of hidden states
 * @param decodingSeconds latents to pictures
 * @param flops executed in the network, 2 per multiply-add, matrix products only
 * @param flopsA of the same run as publications on DiT count, {@link
 *     org.clusca.flops.FlopsConvention#A}
 * @param flopsB of the same run as publications on FLUX and HunyuanVideo count, {@link
 *     org.clusca.flops.FlopsConvention#B}
 * @param cachePrecision how cached features were held
 * @param cacheBytes memory of the feature cache
 */
public record Report(
        String model,
        String policy,
        String scheduler,
        List<String> conditions,
        int images,
        double guidance,
        long seed,
        List<Step> steps,
        double seconds,
        double modulationSeconds,
        double clusteringSeconds,
        double decodingSeconds,
        long flops,
        long flopsA,
        long flopsB,
        CachePrecision cachePrecision,
        long cacheBytes,
        List<String> warnings) {
    public Report {
        conditions = List.copyOf(conditions);
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /**
     * One denoising step.
     *
     * @param seconds the whole step, with clustering where there was any
     * @param clusteringSeconds the part of it spent in clustering
     * @param flops 2 per multiply-add, matrix products only; modulations aside
     */
    public record Step(
            int index,
            double timestep,
            StepKind kind,
            double seconds,
            double clusteringSeconds,
            long flops) {}

    /** Number of steps of one kind. */
    public long count(StepKind kind) {
        return steps.stream().filter(step -> step.kind() == kind).count();
    }

    /** Operations of the steps of one kind, counted as {@link #flops}, modulations aside. */
    public long flops(StepKind kind) {
        return steps.stream().filter(step -> step.kind() == kind).mapToLong(Step::flops).sum();
    }

    /** Median seconds of the steps of one kind, clustering not counted; NaN when there are none. */
    public double medianSeconds(StepKind kind) {
        double[] seconds =
                steps.stream()
                        .filter(step -> step.kind() == kind)
                        .mapToDouble(step -> step.seconds() - step.clusteringSeconds())
                        .sorted()
                        .toArray();
        return seconds.length == 0
                ? Double.NaN
                : (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2;
    }
}
