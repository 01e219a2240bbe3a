package org.clusca.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.Model;
import org.clusca.engine.Measurement;
import org.clusca.engine.Report;

/** A report as a JSON object. */
public final class ReportJson {
    private ReportJson() {}

    public static Map<String, Object> of(Report report, Model model) {
        Map<String, Object> json = ProvenanceJson.of(report.provenance(), model);
        json.put("policy", report.provenance().policy());
        json.put("compute", report.provenance().compute().word());
        json.put("cacheType", report.provenance().cachePrecision().word());
        json.put("seconds", report.seconds());
        json.put("modulationSeconds", report.modulationSeconds());
        json.put("clusteringSeconds", report.clusteringSeconds());
        json.put("decodingSeconds", report.decodingSeconds());
        json.put("flops", report.flops());
        json.put("flopsA", report.flopsA());
        json.put("flopsB", report.flopsB());
        json.put("cacheBytes", report.cacheBytes());
        json.put("stepKinds", kinds(report));
        json.put(
                "rejected",
                Map.of(
                        "count", report.rejected().size(),
                        "seconds", report.rejectedSeconds(),
                        "flops", report.rejectedFlops()));
        json.put("measurements", report.measurements().stream().map(ReportJson::spread).toList());
        json.put("steps", steps(report));
        json.put("warnings", report.warnings());
        return json;
    }

    /** Steps and median seconds by kind. */
    private static Map<String, Object> kinds(Report report) {
        Map<String, Object> kinds = new LinkedHashMap<>();
        for (StepKind kind : StepKind.values()) {
            if (report.count(kind) > 0) {
                kinds.put(
                        kind.toString(),
                        Map.of(
                                "count", report.count(kind),
                                "medianSeconds", report.medianSeconds(kind),
                                "flops", report.flops(kind)));
            }
        }
        return kinds;
    }

    private static Map<String, Object> spread(Measurement measurement) {
        Map<String, Object> percentiles = new LinkedHashMap<>();
        for (int percent : Measurement.PERCENTS) {
            percentiles.put(Integer.toString(percent), measurement.percentile(percent));
        }
        return Map.of(
                "name", measurement.name(),
                "steps", measurement.count(),
                "percentiles", percentiles);
    }

    public static List<Map<String, Object>> steps(Report report) {
        List<Map<String, Object>> steps = new ArrayList<>();
        for (Report.Step step : report.steps()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("index", step.index());
            json.put("timestep", step.timestep());
            json.put("kind", step.kind().toString());
            json.put("seconds", step.seconds());
            json.put("clusteringSeconds", step.clusteringSeconds());
            json.put("flops", step.flops());
            step.rejected()
                    .ifPresent(
                            run ->
                                    json.put(
                                            "rejected",
                                            Map.of(
                                                    "kind", run.kind().toString(),
                                                    "seconds", run.seconds(),
                                                    "flops", run.flops())));
            Map<String, Object> measured = new LinkedHashMap<>();
            step.readings()
                    .values()
                    .forEach((gauge, rows) -> measured.put(gauge.toString(), doubles(rows)));
            if (!measured.isEmpty()) {
                json.put("measured", measured);
            }
            step.judgement()
                    .ifPresent(
                            judged ->
                                    json.put(
                                            "judged",
                                            Map.of(
                                                    "change", judged.change(),
                                                    "sum", judged.sum(),
                                                    "threshold", judged.threshold(),
                                                    "exceeded", judged.exceeded())));
            steps.add(json);
        }
        return steps;
    }

    private static List<Double> doubles(double[] rows) {
        return Arrays.stream(rows).boxed().toList();
    }
}
