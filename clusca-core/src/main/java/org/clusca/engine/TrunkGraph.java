package org.clusca.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxGraph.Type;
import org.jspecify.annotations.Nullable;

/**
 * Links a transformer's branches into one graph in which each can be computed, refreshed on some
 * tokens, or predicted, as the inputs of a run say. The form depends only on what the policy
 * declared ({@link TrunkForm}), never on a step or on a size.
 *
 * <p>A branch that mixes tokens runs inside an {@code If}. What works token by token runs outside
 * of any, on the tokens it is given (all, some, none), so that its weights exist and are packed
 * once; what follows it is chosen by an {@code If}. With {@link Requirements#NOTHING} the graph is
 * the plain network.
 */
final class TrunkGraph implements BranchLinker {
    static final String OUTPUT = "output";

    /**
     * Graph outputs that hold a branch's new features.
     *
     * @param merged empty where tokens are never refreshed alone
     * @param mixed the attention of a parallel branch; empty where it is not kept
     */
    record FeatureOutputs(
            List<String> computed, String merged, String mixed, Map<Signal, String> signals) {}

    private final OnnxGraph graph;
    private final TransformerSpec spec;
    private final TrunkForm form;
    private final List<FeatureOutputs> outputs = new ArrayList<>();
    private final List<Value> compute;
    private final List<Value> some;
    private final List<Value> spreading;
    private final Value skip;
    private final List<List<Value>> coefficients = new ArrayList<>();
    private final List<List<Value>> rates = new ArrayList<>();
    private final Map<Stream, String> states = new EnumMap<>(Stream.class);
    private List<String> last = List.of();
    private int next;

    private TrunkGraph(String name, Transformer transformer, TransformerSpec spec, TrunkForm form) {
        this.spec = spec;
        this.form = form;
        graph = new OnnxGraph(name, transformer.weights());
        List<Object> cells = new ArrayList<>(List.of("batch", spec.latentChannels()));
        for (int i = 1; i < spec.latentShape().length; i++) {
            cells.add("latent" + i);
        }
        Value latent = graph.input(TrunkInputs.LATENT, Type.FLOAT, cells.toArray());
        Value modulation =
                graph.input(TrunkInputs.MODULATION, Type.FLOAT, "batch", spec.modulationWidth());
        Map<String, Value> context = new HashMap<>();
        spec.contextRows()
                .forEach((key, shape) -> context.put(key, graph.input(key, "batch", shape)));
        spec.positions()
                .forEach((key, table) -> context.put(key, graph.input(key, "", table.shape())));
        int branches = spec.branches().size();
        compute = form.keeps() ? flags(TrunkInputs.COMPUTE) : List.of();
        some = form.tokens().isEmpty() ? List.of() : flags(TrunkInputs.SOME);
        spreading = form.tokens().isEmpty() ? List.of() : flags(TrunkInputs.SPREADING);
        skip = form.last() < 0 ? new Value("") : graph.input(TrunkInputs.SKIP, Type.BOOL, 1);
        for (int order = 0; order <= Math.max(form.order(), form.last()); order++) {
            coefficients.add(perSlot(TrunkInputs.coefficient(order), branches + 1));
            if (order > 0) {
                rates.add(perSlot(TrunkInputs.rate(order), branches + 1));
            }
        }
        graph.output(OUTPUT, transformer.forward(graph, this, latent, modulation, context));
        if (next != branches) {
            throw new IllegalStateException(
                    name + " wrote " + next + " branches, its spec lists " + branches);
        }
    }

    /**
     * @param spec of any size: the graph is for all
     */
    static TrunkGraph build(
            String name, Transformer transformer, TransformerSpec spec, TrunkForm form) {
        return new TrunkGraph(name, transformer, spec, form);
    }

    OnnxGraph graph() {
        return graph;
    }

    /** Names of the outputs with the states of the streams. */
    Map<Stream, String> states() {
        return states;
    }

    /** Names of the outputs with the hidden state before the last layer and its differences. */
    List<String> last() {
        return last;
    }

    FeatureOutputs outputs(int branch) {
        return outputs.get(branch);
    }

    private List<Value> flags(String input) {
        int count = spec.branches().size();
        return graph.split(graph.input(input, Type.BOOL, count), 0, count);
    }

    private List<Value> perSlot(String input, int slots) {
        return graph.split(graph.input(input, Type.FLOAT, slots), 0, slots);
    }

    private SlotGraph slot(int index, int order, int width) {
        return new SlotGraph(
                graph,
                form.featureType(),
                index,
                order,
                width,
                coefficients.stream().map(values -> values.get(index)).toList(),
                rates.stream().map(values -> values.get(index)).toList());
    }

    @Override
    public List<Value> joint(List<Residual> parts, Supplier<List<Value>> branches) {
        List<Integer> indices = parts.stream().map(part -> index(part.id())).toList();
        if (!form.keeps()) {
            List<Value> written = branches.get();
            List<Value> streams = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                streams.add(add(parts.get(i).x(), parts.get(i).gate(), written.get(i)));
            }
            return streams;
        }
        if (parts.size() == 1) {
            SignalWriter watch = watch(parts);
            return List.of(
                    computedOrPredicted(
                            indices.get(0),
                            parts.get(0),
                            watch.count(),
                            null,
                            () -> {
                                List<Value> values = new ArrayList<>(watch.around(branches));
                                values.addAll(watch.seen(0));
                                return values;
                            }));
        }
        return several(parts, indices, branches);
    }

    /** One computation for all parts, outside of what is decided for each of them. */
    private List<Value> several(
            List<Residual> parts, List<Integer> indices, Supplier<List<Value>> branches) {
        Value any = compute.get(indices.get(0));
        for (int index : indices.subList(1, indices.size())) {
            any = graph.op("Or", any, compute.get(index));
        }
        SignalWriter watch = watch(parts);
        int each = 1 + watch.count();
        int count = each * parts.size();
        List<Value> results =
                graph.either(
                        any,
                        count,
                        () -> {
                            List<Value> written = watch.around(branches);
                            List<Value> values = new ArrayList<>();
                            for (int i = 0; i < parts.size(); i++) {
                                values.add(written.get(i));
                                values.addAll(watch.seen(i));
                            }
                            return values;
                        },
                        () -> empties(count));
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            List<Value> own = results.subList(each * i, each * (i + 1));
            streams.add(
                    computedOrPredicted(
                            indices.get(i),
                            parts.get(i),
                            watch.count(),
                            own.get(0),
                            () -> copies(own)));
        }
        return streams;
    }

    /** An If gives out what is computed within it: of other values, copies. */
    private List<Value> copies(List<Value> values) {
        return values.stream().map(value -> graph.op("Identity", value)).toList();
    }

    /**
     * @param ready the branch's output where it was computed before, null where {@code written}
     *     computes it
     * @param written gives the branch's output, then what it shows
     */
    private Value computedOrPredicted(
            int index,
            Residual part,
            int shown,
            @Nullable Value ready,
            Supplier<List<Value>> written) {
        SlotGraph slot = slot(index, form.order(), spec.branches().get(index).width());
        Optional<String> order0 = order0(ready);
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + form.order() - first;
        List<Value> results =
                graph.either(
                        compute.get(index),
                        1 + kept + shown,
                        () -> {
                            List<Value> own = written.get();
                            List<Value> values = new ArrayList<>();
                            values.add(add(part.x(), part.gate(), own.get(0)));
                            values.addAll(slot.differences(own.get(0), first));
                            values.addAll(own.subList(1, own.size()));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(predicted(slot, part.x(), part.gate()));
                            values.addAll(slot.nothing(kept));
                            values.addAll(empties(shown));
                            return values;
                        });
        List<String> names = direct(results.subList(1, results.size()));
        List<String> computed = new ArrayList<>(order0.stream().toList());
        computed.addAll(names.subList(0, kept));
        outputs.add(
                new FeatureOutputs(
                        computed, "", "", signals(part.id(), names.subList(kept, names.size()))));
        return results.get(0);
    }

    /** What was computed outside of any If and is kept as it is needs no copy. */
    private Optional<String> order0(@Nullable Value ready) {
        return ready == null || form.order() < 0 || form.featureType() != Type.FLOAT
                ? Optional.empty()
                : Optional.of(graph.direct(ready));
    }

    private List<String> direct(List<Value> values) {
        return values.stream().map(graph::direct).toList();
    }

    private SignalWriter watch(List<Residual> parts) {
        List<Signal> wanted = wanted(parts.get(0).id());
        return new SignalWriter(graph, wanted, parts, spec.branches().get(next - 1).width());
    }

    private List<Signal> wanted(BranchId id) {
        return id.kind() == BranchKind.MLP ? List.of() : form.signals().stream().sorted().toList();
    }

    private Map<Signal, String> signals(BranchId id, List<String> names) {
        Map<Signal, String> shown = new EnumMap<>(Signal.class);
        List<Signal> wanted = wanted(id);
        for (int i = 0; i < wanted.size(); i++) {
            shown.put(wanted.get(i), names.get(i));
        }
        return shown;
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        if (!form.tokens().contains(BranchKind.MLP)) {
            // never asked for some tokens only: then it can live inside the If, without gathering
            return mixing(id, x, gate, () -> branch.apply(x));
        }
        int index = index(id);
        Value chosen = chosen(index);
        Value fresh = branch.apply(graph.op("GatherND", x, chosen));
        return refreshed(index, x, gate, fresh, chosen, "", Map.of());
    }

    @Override
    public Value parallel(
            BranchId id,
            Value x,
            Value gate,
            Supplier<Value> mixing,
            BinaryOperator<Value> tokenwise) {
        if (!form.tokens().contains(BranchKind.PARALLEL)) {
            return mixing(id, x, gate, () -> tokenwise.apply(x, mixing.get()));
        }
        int index = index(id);
        int width = spec.branches().get(index).width();
        Value chosen = chosen(index);
        Value earlier =
                graph.input(TrunkInputs.mixed(index), Type.FLOAT, "batch", "tokens" + index, width);
        SignalWriter watch = watch(List.of(new Residual(id, x, gate)));
        List<Value> results =
                graph.either(
                        compute.get(index),
                        1 + watch.count(),
                        () -> {
                            List<Value> values =
                                    new ArrayList<>(watch.around(() -> List.of(mixing.get())));
                            values.addAll(watch.seen(0));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.op("GatherND", earlier, chosen));
                            values.addAll(empties(watch.count()));
                            return values;
                        });
        List<String> names = direct(results);
        Value fresh = tokenwise.apply(graph.op("GatherND", x, chosen), results.get(0));
        return refreshed(
                index,
                x,
                gate,
                fresh,
                chosen,
                names.get(0),
                signals(id, names.subList(1, names.size())));
    }

    /** Which tokens of a branch are computed: batch row and token. */
    private Value chosen(int index) {
        return graph.input(TrunkInputs.tokens(index), Type.INT64, "batch", "chosen" + index, 2);
    }

    /**
     * The end of a branch that was computed on the chosen tokens.
     *
     * @param fresh {@code [batch, chosen, width]}
     */
    private Value refreshed(
            int index,
            Value x,
            Value gate,
            Value fresh,
            Value chosen,
            String mixed,
            Map<Signal, String> signals) {
        SlotGraph slot = slot(index, form.order(), spec.branches().get(index).width());
        Optional<String> order0 = order0(fresh);
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + form.order() - first;
        List<Value> results =
                graph.either(
                        compute.get(index),
                        2 + kept,
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(add(x, gate, fresh));
                            values.addAll(slot.nothing(1));
                            values.addAll(slot.differences(fresh, first));
                            return values;
                        },
                        () -> {
                            List<Value> values =
                                    new ArrayList<>(
                                            graph.either(
                                                    some.get(index),
                                                    2,
                                                    () ->
                                                            merged(
                                                                    index, slot, x, gate, fresh,
                                                                    chosen),
                                                    () -> {
                                                        List<Value> own = new ArrayList<>();
                                                        own.add(predicted(slot, x, gate));
                                                        own.addAll(slot.nothing(1));
                                                        return own;
                                                    }));
                            values.addAll(slot.nothing(kept));
                            return values;
                        });
        List<String> computed = new ArrayList<>(order0.stream().toList());
        computed.addAll(direct(results.subList(2, results.size())));
        outputs.add(new FeatureOutputs(computed, graph.direct(results.get(1)), mixed, signals));
        return results.get(0);
    }

    /** Computed tokens enter order 0, by themselves or moving others of their cluster. */
    private List<Value> merged(
            int index, SlotGraph slot, Value x, Value gate, Value fresh, Value chosen) {
        Value spread =
                graph.input(
                        TrunkInputs.spread(index),
                        Type.FLOAT,
                        "spread_batch",
                        "spread_tokens",
                        "spread" + index);
        Value keep =
                graph.input(TrunkInputs.keep(index), Type.FLOAT, "keep_batch", "keep_tokens", 1);
        Value feature =
                graph.either(
                                spreading.get(index),
                                1,
                                () ->
                                        List.of(
                                                graph.add(
                                                        graph.multiply(slot.feature(0), keep),
                                                        graph.op("MatMul", spread, fresh))),
                                () ->
                                        List.of(
                                                graph.op(
                                                        "ScatterND",
                                                        slot.feature(0),
                                                        chosen,
                                                        fresh)))
                        .get(0);
        return List.of(addScaled(slot, x, gate, slot.sum(feature)), slot.kept(feature));
    }

    @Override
    public void shown(Stream stream, Value x) {
        states.put(stream, graph.direct(x));
    }

    @Override
    public Value hidden(Value x) {
        if (states.isEmpty()) {
            shown(Stream.IMAGE, x);
        }
        if (form.last() < 0) {
            return x;
        }
        int index = spec.branches().size();
        SlotGraph slot = slot(index, form.last(), spec.branches().get(index - 1).width());
        Optional<String> order0 =
                form.featureType() == Type.FLOAT ? Optional.of(graph.direct(x)) : Optional.empty();
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + form.last() - first;
        List<Value> results =
                graph.either(
                        skip,
                        1 + kept,
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.multiply(slot.sum(slot.feature(0)), slot.factor()));
                            values.addAll(slot.nothing(kept));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.op("Identity", x));
                            values.addAll(slot.differences(x, first));
                            return values;
                        });
        last = new ArrayList<>(order0.stream().toList());
        last.addAll(direct(results.subList(1, results.size())));
        return results.get(0);
    }

    private int index(BranchId id) {
        Branch branch = next < spec.branches().size() ? spec.branches().get(next) : null;
        if (branch == null || !branch.id().equals(id)) {
            throw new IllegalStateException(
                    "Branch " + next + " is " + id + ", the spec lists " + branch);
        }
        return next++;
    }

    private Value add(Value x, Value gate, Value output) {
        return graph.add(x, graph.multiply(gate, output));
    }

    private Value addScaled(SlotGraph slot, Value x, Value gate, Value sum) {
        return graph.add(x, graph.multiply(sum, graph.multiply(gate, slot.factor())));
    }

    /** The stream with the branch predicted; where the trunk is skipped, the stream as it is. */
    private Value predicted(SlotGraph slot, Value x, Value gate) {
        if (form.order() < 0) {
            return graph.op("Identity", x);
        }
        if (form.last() < 0) {
            return addScaled(slot, x, gate, slot.sum(slot.feature(0)));
        }
        return graph.either(
                        skip,
                        1,
                        () -> List.of(graph.op("Identity", x)),
                        () -> List.of(addScaled(slot, x, gate, slot.sum(slot.feature(0)))))
                .get(0);
    }

    /** Outputs that nobody asks for. */
    private List<Value> empties(int count) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(graph.op("Identity", graph.constant(new float[0], 0, 0, 0)));
        }
        return values;
    }
}
