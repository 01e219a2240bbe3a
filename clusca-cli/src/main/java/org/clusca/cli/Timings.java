package org.clusca.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Report;

/**
 * Seconds of one thing, measured several times.
 *
 * @param count measurements
 * @param median NaN without measurements
 * @param min NaN without measurements
 */
record Timings(int count, double median, double min) {
    private static Timings of(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0
                ? new Timings(0, Double.NaN, Double.NaN)
                : new Timings(n, (sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0]);
    }

    /** Steps of one kind, clustering not counted. */
    static Timings steps(List<Report> reports, StepKind kind) {
        return of(
                reports.stream()
                        .flatMap(report -> report.steps().stream())
                        .filter(step -> step.kind() == kind)
                        .mapToDouble(step -> step.seconds() - step.clusteringSeconds())
                        .toArray());
    }

    /** Clustering, on the steps that had any. */
    static Timings clustering(List<Report> reports) {
        return of(
                reports.stream()
                        .flatMap(report -> report.steps().stream())
                        .mapToDouble(Report.Step::clusteringSeconds)
                        .filter(seconds -> seconds > 0)
                        .toArray());
    }

    /** Whole generations, modulation and decoding included. */
    static Timings generations(List<Report> reports) {
        return of(reports.stream().mapToDouble(Interleaved::seconds).toArray());
    }

    /**
     * @param of the median that ratios refer to
     */
    Map<String, Object> json(double of) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", count);
        json.put("medianSeconds", median);
        json.put("minSeconds", min);
        json.put("ratio", Double.isFinite(of) ? median / of : null);
        return json;
    }
}
