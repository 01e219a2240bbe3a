package org.clusca.engine.trunk;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.ElementType;

/** What the gauges of one generation show, and the references they are read against. */
final class GaugeMemory implements AutoCloseable {
    private final Map<Gauge, Tensor> shown = new LinkedHashMap<>();
    private final Map<Gauge, DeviceTensor> views = new HashMap<>();
    private final Map<Measured, FeatureSlot> references = new LinkedHashMap<>();
    private Set<Gauge> ahead = Set.of();
    private Set<Gauge> judged = Set.of();

    GaugeMemory(Device device, Set<Gauge> gauges, TransformerSpec spec, int batch) {
        try {
            for (Gauge gauge : gauges) {
                Tensor rows = Tensor.zeros(batch);
                shown.put(gauge, rows);
                views.put(gauge, device.view(rows));
            }
            for (Measured measured : references(gauges)) {
                references.put(
                        measured,
                        new FeatureSlot(
                                device,
                                ElementType.FLOAT32,
                                0,
                                batch,
                                spec.tokens(Stream.IMAGE),
                                spec.branches().get(0).width()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Set<Measured> references(Set<Gauge> gauges) {
        return gauges.stream()
                .map(Measured::of)
                .filter(Measured::ahead)
                .collect(Collectors.toSet());
    }

    /** Memory that the references take. */
    static long bytes(Set<Gauge> gauges, TransformerSpec spec, long batch) {
        long size = (long) spec.tokens(Stream.IMAGE) * spec.branches().get(0).width();
        return 2 * batch * size * Float.BYTES * references(gauges).size();
    }

    /** A step begins: nothing is known of it yet. */
    void begin() {
        ahead = Set.of();
        judged = Set.of();
    }

    /** What its gauges read ahead of the plan, and where they show it. */
    void ahead(
            GaugeGraph graph, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        references.forEach(
                (measured, slot) -> {
                    inputs.put(measured.reference(), slot.current(0));
                    outputs.put(graph.output(measured), slot.spare(0));
                });
        ahead =
                shown.keySet().stream()
                        .filter(gauge -> gauge.ahead() && known(Measured.of(gauge)))
                        .collect(Collectors.toSet());
        ahead.forEach(gauge -> outputs.put(graph.output(gauge), views.get(gauge)));
    }

    /** A step runs by a plan: where the errors of what it verifies are shown. */
    void judged(
            StepPlan plan,
            List<Branch> branches,
            GaugeGraph graph,
            Map<String, DeviceTensor> outputs) {
        judged =
                shown.keySet().stream()
                        .filter(gauge -> !gauge.ahead() && Verified.by(plan, branches, gauge))
                        .collect(Collectors.toSet());
        judged.forEach(gauge -> outputs.put(graph.output(gauge), requireNonNull(views.get(gauge))));
    }

    private boolean known(Measured measured) {
        return !requireNonNull(references.get(measured)).history().isEmpty();
    }

    /** What is known by now. */
    Readings readings() {
        Map<Gauge, double[]> values = new HashMap<>();
        List<Gauge> known = new ArrayList<>(ahead);
        known.addAll(judged);
        for (Gauge gauge : known) {
            float[] rows = requireNonNull(shown.get(gauge)).toArray();
            double[] numbers = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                numbers[i] = rows[i];
            }
            values.put(gauge, numbers);
        }
        return new Readings(values);
    }

    /** The step was accepted. */
    void commit(StepContext step, StepPlan plan, List<Branch> branches) {
        references.forEach(
                (measured, slot) -> {
                    if (measured.renewed(plan, branches)) {
                        slot.computed(step, true);
                    }
                });
    }

    @Override
    public void close() {
        views.values().forEach(DeviceTensor::close);
        references.values().forEach(FeatureSlot::close);
    }
}
