package org.clusca.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What was measured, for people and programs.
 *
 * @param weights bytes of the transformer's in float32
 * @param whole the network that a slice was cut of; null where the whole was timed
 */
record BenchReport(
        String model, int batch, long weights, List<Benchmarked> results, @Nullable Whole whole) {

    /**
     * @param flops of a full step of it
     */
    record Whole(int doubleBlocks, int singleBlocks, long flops) {}

    /** The plain network where it was timed, in the type that was named first. */
    private Benchmarked reference() {
        return results.stream()
                .filter(result -> result.policy().equals("none"))
                .findFirst()
                .orElse(results.get(0));
    }

    private @Nullable Extrapolation extrapolation() {
        return whole == null
                ? null
                : new Extrapolation(
                        whole.doubleBlocks(),
                        whole.singleBlocks(),
                        whole.flops(),
                        reference().rate(StepKind.FULL));
    }

    Map<String, Object> json() {
        double full = reference().fullSeconds();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", model);
        object.put("batch", batch);
        object.put("weightBytes", weights);
        object.put("peakBytes", ProcessMemory.peak());
        object.put("fullStepSeconds", full);
        object.put(
                "policies",
                results.stream().map(result -> result.json(full, reference())).toList());
        Extrapolation extrapolation = extrapolation();
        if (extrapolation != null) {
            object.put("extrapolation", extrapolation.json());
        }
        return object;
    }

    void print(PrintStream out) {
        out.println(model + ", batch " + batch + ", weights " + Memory.gib(weights));
        Table table = new Table("policy", "", "count", "median s", "min s", "of full", "GFLOP/s");
        results.forEach(result -> result.addTo(table, reference().fullSeconds()));
        table.print(out);
        Table speed = new Table("policy", "faster", "fewer FLOPs", "faster / fewer FLOPs");
        for (Benchmarked result : results) {
            speed.row(
                    result.tag(),
                    Table.ratio(result.speedup(reference())),
                    Table.ratio(1 / result.flopsRatio(reference())),
                    Table.ratio(result.speedup(reference()) * result.flopsRatio(reference())));
        }
        speed.print(out);
        Table loading = new Table("policy", "load s", "peak memory", "of weights", "feature cache");
        for (Benchmarked result : results) {
            loading.row(
                    result.tag(),
                    Table.seconds(result.loadSeconds()),
                    Memory.gib(result.peakBytes()),
                    Table.ratio((double) result.peakBytes() / weights),
                    result.cache());
        }
        loading.print(out);
        out.println("peak memory of the whole run " + Memory.gib(ProcessMemory.peak()));
        Extrapolation extrapolation = extrapolation();
        if (extrapolation != null) {
            out.println(extrapolation);
        }
    }
}
