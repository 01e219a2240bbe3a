package org.clusca.api.cache;

import java.util.Arrays;
import java.util.Map;
import org.clusca.api.Experimental;

/**
 * What gauges show at a step. A gauge shows nothing where there is nothing to compare with yet, or
 * where the step did not measure it. Decisions are made for a whole batch: {@link #mean}, {@link
 * #rootMeanSquare} and {@link #max} are ways to make one number of its rows.
 *
 * @param values {@code [batch]} of each gauge that shows something
 */
@Experimental
public record Readings(Map<Gauge, double[]> values) {
    /** Of a step without any. */
    public static final Readings NONE = new Readings(Map.of());

    public Readings {
        values = Map.copyOf(values);
    }

    public boolean has(Gauge gauge) {
        return values.containsKey(gauge);
    }

    /** Over the rows; NaN when the gauge shows nothing. */
    public double mean(Gauge gauge) {
        return has(gauge)
                ? Arrays.stream(values.get(gauge)).average().orElse(Double.NaN)
                : Double.NaN;
    }

    /** Root of the mean of the squares over the rows; NaN when the gauge shows nothing. */
    public double rootMeanSquare(Gauge gauge) {
        return has(gauge)
                ? Math.sqrt(
                        Arrays.stream(values.get(gauge))
                                .map(row -> row * row)
                                .average()
                                .orElse(Double.NaN))
                : Double.NaN;
    }

    /** Of the rows; NaN when the gauge shows nothing. */
    public double max(Gauge gauge) {
        return has(gauge) ? Arrays.stream(values.get(gauge)).max().orElse(Double.NaN) : Double.NaN;
    }
}
