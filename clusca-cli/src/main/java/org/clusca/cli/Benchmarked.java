package org.clusca.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Compute;
import org.clusca.engine.Memory;
import org.clusca.engine.Report;

/**
 * What one policy took.
 *
 * @param peakBytes most resident memory of the process up to when this policy was loaded and had
 *     made its first steps
 * @param reports one for each repetition
 */
record Benchmarked(
        String policy, Compute compute, double loadSeconds, long peakBytes, List<Report> reports) {

    /** The policy and, where it is not the usual one, the type of computing. */
    String tag() {
        return compute.marked(policy);
    }

    double fullSeconds() {
        return Timings.steps(reports, StepKind.FULL).median();
    }

    /**
     * @param full seconds of a full step of the plain network
     */
    void addTo(Table table, double full) {
        String name = compute.marked(policy.split(":")[0]);
        for (StepKind kind : StepKind.values()) {
            String rate = Table.rate(rate(kind));
            row(table, name, kind + " step", Timings.steps(reports, kind), full, rate);
        }
        row(table, name, "clustering", Timings.clustering(reports), full, "-");
        row(table, name, "generation", Timings.generations(reports), full, "-");
    }

    private static void row(
            Table table, String policy, String what, Timings timings, double full, String rate) {
        if (timings.count() > 0) {
            table.row(
                    policy,
                    what,
                    Integer.toString(timings.count()),
                    Table.seconds(timings.median()),
                    Table.seconds(timings.min()),
                    Table.ratio(timings.median() / full),
                    rate);
        }
    }

    /** Operations per second of the steps of one kind, by their median. */
    double rate(StepKind kind) {
        Report report = reports.get(0);
        return report.flops(kind)
                / (double) report.count(kind)
                / Timings.steps(reports, kind).median();
    }

    /** What the feature cache took, and how it was held. */
    String cache() {
        Report report = reports.get(0);
        return Memory.gib(report.cacheBytes())
                + (report.cacheBytes() == 0
                        ? ""
                        : " " + report.provenance().cachePrecision().word());
    }

    /** How many times faster a generation is than one of {@code other}, by the medians. */
    double speedup(Benchmarked other) {
        return Timings.generations(other.reports).median() / Timings.generations(reports).median();
    }

    /** Operations over those of {@code other}. */
    double flopsRatio(Benchmarked other) {
        return (double) reports.get(0).flops() / other.reports.get(0).flops();
    }

    /**
     * @param full seconds of a full step of the plain network
     * @param reference what it is compared with
     */
    Map<String, Object> json(double full, Benchmarked reference) {
        Map<String, Object> kinds = new LinkedHashMap<>();
        for (StepKind kind : StepKind.values()) {
            Timings timings = Timings.steps(reports, kind);
            if (timings.count() > 0) {
                Map<String, Object> step = timings.json(full);
                step.put("flopsPerSecond", rate(kind));
                kinds.put(kind.toString(), step);
            }
        }
        Timings clustering = Timings.clustering(reports);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", policy);
        json.put("compute", compute.word());
        json.put("loadSeconds", loadSeconds);
        json.put("peakBytesAfterLoading", peakBytes);
        json.put("cacheBytes", reports.get(0).cacheBytes());
        json.put("cacheType", reports.get(0).provenance().cachePrecision().word());
        json.put("flops", reports.get(0).flops());
        json.put("flopsRatio", flopsRatio(reference));
        json.put("speedup", speedup(reference));
        json.put("speedupOfFlops", speedup(reference) * flopsRatio(reference));
        json.put("steps", kinds);
        if (clustering.count() > 0) {
            json.put("clustering", clustering.json(full));
            json.put("clusteringOfOwnFullStep", clustering.median() / fullSeconds());
        }
        json.put("generation", Timings.generations(reports).json(full));
        return json;
    }
}
