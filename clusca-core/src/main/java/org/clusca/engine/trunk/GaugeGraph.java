package org.clusca.engine.trunk;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Gauge;
import org.clusca.api.graph.Value;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/** The gauges in a trunk's graph, and what those that are read ahead are read against. */
final class GaugeGraph {
    private final OnnxGraph graph;
    private final NormGraph norms;
    private final Set<Gauge> gauges;
    private final Map<Gauge, String> readings = new HashMap<>();
    private final Map<Measured, String> references = new HashMap<>();

    GaugeGraph(OnnxGraph graph, Set<Gauge> gauges) {
        this.graph = graph;
        norms = new NormGraph(graph);
        this.gauges = gauges;
    }

    private List<Gauge> of(Measured measured) {
        return gauges.stream().filter(gauge -> Measured.of(gauge).equals(measured)).toList();
    }

    /**
     * Writes the gauges that are read ahead, against what was measured at an earlier step.
     *
     * @param now gives what is measured at this step, {@code [batch, tokens, width]}; asked for
     *     where a gauge reads it
     */
    void ahead(Measured measured, int width, Supplier<Value> now) {
        List<Gauge> own = of(measured);
        if (own.isEmpty()) {
            return;
        }
        Value current = now.get();
        Value before =
                graph.input(
                        measured.reference(), ElementType.FLOAT32, "batch", "image tokens", width);
        references.put(measured, graph.direct(current));
        for (Gauge gauge : own) {
            readings.put(gauge, graph.direct(norms.write(gauge.norm(), current, before)));
        }
    }

    /**
     * Writes the gauges of what is computed only to be measured.
     *
     * @param verify whether they are read
     * @param computed what they are read against, where they are
     * @param forecast writes what was forecast
     */
    void error(Measured measured, Value verify, Value computed, Supplier<Value> forecast) {
        List<Gauge> own = of(measured);
        if (own.isEmpty()) {
            return;
        }
        name(
                own,
                graph.either(
                        verify,
                        own.size(),
                        () -> errors(own, forecast.get(), computed),
                        () -> nothing(own.size())));
    }

    /**
     * Writes the gauges of what a block does to the image's tokens.
     *
     * @param computed whether all of it runs
     * @param after writes them where it ends
     * @param before writes them where it begins
     */
    void change(Measured measured, Value computed, Supplier<Value> after, Supplier<Value> before) {
        List<Gauge> own = of(measured);
        name(
                own,
                graph.either(
                        computed,
                        own.size(),
                        () -> errors(own, after.get(), before.get()),
                        () -> nothing(own.size())));
    }

    /** Whether any gauge reads it. */
    boolean reads(Measured measured) {
        return !of(measured).isEmpty();
    }

    /**
     * As {@link #error}, where the forecast is also what the network goes on with.
     *
     * @return the forecast where it was measured, else what was computed
     */
    Value forecastOr(Measured measured, Value verify, Value computed, Supplier<Value> forecast) {
        List<Gauge> own = of(measured);
        List<Value> results =
                graph.either(
                        verify,
                        1 + own.size(),
                        () -> {
                            Value expected = forecast.get();
                            List<Value> values = new ArrayList<>(List.of(expected));
                            values.addAll(errors(own, expected, computed));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.op("Identity", computed));
                            values.addAll(nothing(own.size()));
                            return values;
                        });
        name(own, results.subList(1, results.size()));
        return results.get(0);
    }

    private List<Value> errors(List<Gauge> own, Value forecast, Value computed) {
        return own.stream().map(gauge -> norms.write(gauge.norm(), forecast, computed)).toList();
    }

    private List<Value> nothing(int count) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(graph.op("Identity", graph.constant(new float[0], 0)));
        }
        return values;
    }

    private void name(List<Gauge> own, List<Value> values) {
        for (int i = 0; i < own.size(); i++) {
            readings.put(own.get(i), graph.direct(values.get(i)));
        }
    }

    /**
     * @throws CluscaException INCOMPATIBLE when the model did not show what a gauge reads
     */
    void requireAll(String model) {
        for (Gauge gauge : gauges) {
            if (!readings.containsKey(gauge)) {
                throw new CluscaException(
                        ErrorCode.INCOMPATIBLE,
                        "The policy asks for the gauge "
                                + gauge
                                + ", which "
                                + model
                                + " does not show; choose a policy without it.");
            }
        }
    }

    /** Names of the outputs that are known before a step is planned. */
    Set<String> ahead() {
        Set<String> outputs = new HashSet<>(references.values());
        readings.forEach(
                (gauge, output) -> {
                    if (gauge.ahead()) {
                        outputs.add(output);
                    }
                });
        return outputs;
    }

    /** The output with what is measured ahead, as it is at this step. */
    String output(Measured measured) {
        return requireNonNull(references.get(measured));
    }

    /** The output of a gauge, {@code [batch]}. */
    String output(Gauge gauge) {
        return requireNonNull(readings.get(gauge));
    }
}
