package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.engine.trunk.TrunkGraph.FeatureOutputs;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.jspecify.annotations.Nullable;

/** One branch in a graph with caching: what follows when it was computed, or was not. */
final class LinkedBranch {
    private final OnnxGraph graph;
    private final TrunkForm form;
    private final TrunkSwitches switches;
    private final GaugeGraph gauges;
    private final int index;
    private final Residual part;
    private final SlotGraph slot;
    private FeatureOutputs outputs = FeatureOutputs.NONE;

    LinkedBranch(
            OnnxGraph graph,
            TrunkForm form,
            TrunkSwitches switches,
            GaugeGraph gauges,
            int index,
            Residual part,
            Branch branch) {
        this.graph = graph;
        this.form = form;
        this.switches = switches;
        this.gauges = gauges;
        this.index = index;
        this.part = part;
        slot = switches.slot(index, form.order(), branch.width());
    }

    FeatureOutputs outputs() {
        return outputs;
    }

    /**
     * @param ready the branch's output where it was computed before, null where {@code written}
     *     computes it
     * @param written gives the branch's output, then what it shows
     */
    Value computedOrPredicted(@Nullable Value ready, Supplier<List<Value>> written) {
        if (ready != null) {
            measure(ready);
        }
        Optional<String> order0 = order0(ready);
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + form.order() - first;
        List<Value> results =
                graph.either(
                        switches.enters(index),
                        1 + kept + wanted().size(),
                        () -> {
                            List<Value> own = written.get();
                            List<Value> values = new ArrayList<>();
                            values.add(added(own.get(0)));
                            values.addAll(slot.differences(own.get(0), first));
                            values.addAll(own.subList(1, own.size()));
                            values.addAll(shown(own.get(0)));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(predicted());
                            values.addAll(slot.nothing(kept));
                            values.addAll(empties(graph, wanted().size()));
                            return values;
                        });
        List<String> names = direct(graph, results.subList(1, results.size()));
        List<String> computed = new ArrayList<>(order0.stream().toList());
        computed.addAll(names.subList(0, kept));
        outputs =
                new FeatureOutputs(
                        computed, "", List.of(), signals(names.subList(kept, names.size())));
        return results.get(0);
    }

    /**
     * A branch that is computed apart from what follows it, because it can be measured without
     * being used.
     *
     * @param written gives the branch's output, then what it shows
     */
    Value switched(Supplier<List<Value>> written) {
        int count = 1 + form.attentionSignals(part.id().kind()).size();
        List<Value> own =
                graph.either(switches.runs(index), count, written, () -> empties(graph, count));
        return computedOrPredicted(own.get(0), () -> copies(graph, own));
    }

    /** An If gives out what is computed within it: of other values, copies. */
    static List<Value> copies(OnnxGraph graph, List<Value> values) {
        return values.stream().map(value -> graph.op("Identity", value)).toList();
    }

    /** Where the branch is computed only for that, its output measures the forecast. */
    private void measure(Value output) {
        if (form.verifies(part.id())) {
            gauges.error(
                    Measured.branch(part.id()), switches.verify(index), output, this::forecast);
        }
    }

    private Value forecast() {
        return graph.multiply(slot.sum(slot.feature(0)), slot.factor());
    }

    /** What was computed outside of any If and is kept as it is needs no copy. */
    private Optional<String> order0(@Nullable Value ready) {
        return ready == null || form.order() < 0 || form.featureType() != ElementType.FLOAT32
                ? Optional.empty()
                : Optional.of(graph.direct(ready));
    }

    /**
     * The end of a branch that was computed on the chosen tokens.
     *
     * @param fresh {@code [batch, chosen, width]}
     * @param attention names of what is kept of it
     * @param seen names of what it shows
     */
    Value refreshed(Value fresh, Value chosen, List<String> attention, List<String> seen) {
        measure(fresh);
        Optional<String> order0 = order0(fresh);
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + form.order() - first;
        int shown = wanted().size() - seen.size();
        List<Value> results =
                graph.either(
                        switches.enters(index),
                        2 + kept + shown,
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(added(fresh));
                            values.addAll(slot.nothing(1));
                            values.addAll(slot.differences(fresh, first));
                            values.addAll(shown(fresh));
                            return values;
                        },
                        () -> {
                            List<Value> values =
                                    new ArrayList<>(
                                            graph.either(
                                                    switches.some(index),
                                                    2,
                                                    () -> merged(fresh, chosen),
                                                    () -> {
                                                        List<Value> own = new ArrayList<>();
                                                        own.add(predicted());
                                                        own.addAll(slot.nothing(1));
                                                        return own;
                                                    }));
                            values.addAll(slot.nothing(kept));
                            values.addAll(empties(graph, shown));
                            return values;
                        });
        List<String> computed = new ArrayList<>(order0.stream().toList());
        computed.addAll(direct(graph, results.subList(2, 2 + kept)));
        List<String> names = new ArrayList<>(seen);
        names.addAll(direct(graph, results.subList(2 + kept, results.size())));
        outputs =
                new FeatureOutputs(
                        computed, graph.direct(results.get(1)), attention, signals(names));
        return results.get(0);
    }

    private List<Value> merged(Value fresh, Value chosen) {
        if (form.order() < 0) {
            return passed(fresh, chosen);
        }
        Value feature = new MergeGraph(graph, form, switches, slot, index).merged(fresh, chosen);
        return List.of(addScaled(slot.sum(feature)), slot.kept(feature));
    }

    /** Nothing is kept of the branch: it adds to the chosen tokens, and the others pass it by. */
    private List<Value> passed(Value fresh, Value chosen) {
        Value rows = graph.op("GatherND", part.x(), chosen);
        Value own = part.gated() ? graph.multiply(part.gate(), fresh) : fresh;
        List<Value> values = new ArrayList<>();
        values.add(graph.op("ScatterND", part.x(), chosen, graph.add(rows, own)));
        values.addAll(slot.nothing(1));
        return values;
    }

    private List<Signal> wanted() {
        return form.signals(part.id().kind());
    }

    /** What is shown of what a branch writes, in the order of {@link #wanted}. */
    private List<Value> shown(Value output) {
        List<Value> shown = new ArrayList<>();
        if (wanted().contains(Signal.DISSIMILARITY)) {
            shown.add(TokenSignals.dissimilarity(graph, part.x(), output));
        }
        if (wanted().contains(Signal.FORECAST_ERROR)) {
            shown.add(TokenSignals.norm(graph, slot.change(output)));
        }
        return shown;
    }

    private Map<Signal, String> signals(List<String> names) {
        Map<Signal, String> shown = new EnumMap<>(Signal.class);
        List<Signal> wanted = wanted();
        for (int i = 0; i < wanted.size(); i++) {
            shown.put(wanted.get(i), names.get(i));
        }
        return shown;
    }

    private Value added(Value output) {
        return added(graph, part, output);
    }

    /** The stream with what its branch gives. */
    static Value added(OnnxGraph graph, Residual part, Value output) {
        return graph.add(part.x(), part.gated() ? graph.multiply(part.gate(), output) : output);
    }

    private Value addScaled(Value sum) {
        return addScaled(part.x(), sum);
    }

    private Value addScaled(Value x, Value sum) {
        Value gate = part.gated() ? graph.multiply(part.gate(), slot.factor()) : slot.factor();
        return graph.add(x, graph.multiply(sum, gate));
    }

    /** Adds the forecast to another stream than the branch's own. */
    Value forecastOnto(Value x) {
        return addScaled(x, slot.sum(slot.feature(0)));
    }

    /** The stream with the branch predicted; in a place that is forecast, the stream as it is. */
    private Value predicted() {
        if (form.order() < 0) {
            return graph.op("Identity", part.x());
        }
        if (!form.forecasts(part.id())) {
            return addScaled(slot.sum(slot.feature(0)));
        }
        return graph.either(
                        switches.forecast(index),
                        1,
                        () -> List.of(graph.op("Identity", part.x())),
                        () -> List.of(addScaled(slot.sum(slot.feature(0)))))
                .get(0);
    }

    /** Names of values as outputs of the graph. */
    static List<String> direct(OnnxGraph graph, List<Value> values) {
        return values.stream().map(graph::direct).toList();
    }

    /** Values that nobody asks for. */
    static List<Value> empties(OnnxGraph graph, int count) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(graph.op("Identity", graph.constant(new float[0], 0, 0, 0)));
        }
        return values;
    }
}
