package org.clusca.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Judgement;

/**
 * A number that was measured at steps of a generation; from how it is spread a threshold can be
 * chosen.
 *
 * @param name what was measured
 * @param bySteps of every step, NaN where it was not measured
 */
public record Measurement(String name, List<Double> bySteps) {
    /** How measurements are summed up. */
    public static final List<Integer> PERCENTS = List.of(0, 10, 25, 50, 75, 90, 100);

    public Measurement {
        bySteps = List.copyOf(bySteps);
    }

    /** Steps at which it was measured. */
    public int count() {
        return sorted().length;
    }

    /**
     * What so many percent of the steps do not exceed, between two of them in proportion.
     *
     * @param percent 0 for the least, 100 for the most
     */
    public double percentile(double percent) {
        double[] sorted = sorted();
        double at = percent / 100 * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private double[] sorted() {
        return bySteps.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    /**
     * What gauges showed, the mean over the rows, and what the policy made of it to hold it against
     * its threshold, where that is something else.
     */
    static List<Measurement> of(List<Report.Step> steps) {
        Map<String, ToDoubleFunction<Report.Step>> numbers = new LinkedHashMap<>();
        steps.stream()
                .flatMap(step -> step.readings().values().keySet().stream())
                .distinct()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .forEach(gauge -> numbers.put(gauge.toString(), step -> shown(step, gauge)));
        numbers.put("change as held against the threshold", judged(Judgement::change));
        numbers.put("sum of changes held against the threshold", judged(Judgement::sum));
        List<Measurement> measurements = new ArrayList<>();
        numbers.forEach(
                (name, number) -> {
                    List<Double> values =
                            steps.stream().map(step -> number.applyAsDouble(step)).toList();
                    Measurement measurement = new Measurement(name, values);
                    if (measurement.count() > 0
                            && measurements.stream().noneMatch(measurement::repeats)) {
                        measurements.add(measurement);
                    }
                });
        return measurements;
    }

    private static double shown(Report.Step step, Gauge gauge) {
        return step.readings().mean(gauge);
    }

    private static ToDoubleFunction<Report.Step> judged(ToDoubleFunction<Judgement> number) {
        return step ->
                step.judgement().isPresent()
                        ? number.applyAsDouble(step.judgement().get())
                        : Double.NaN;
    }

    /** Whether wherever it was measured another one says the same. */
    private boolean repeats(Measurement other) {
        for (int i = 0; i < bySteps.size(); i++) {
            double value = bySteps.get(i);
            if (!Double.isNaN(value) && value != other.bySteps.get(i)) {
                return false;
            }
        }
        return true;
    }
}
