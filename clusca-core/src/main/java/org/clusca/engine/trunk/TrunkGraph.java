package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
import org.clusca.api.model.Weights;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;

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
    private final List<LinkedBranch> linked = new ArrayList<>();
    private final TrunkSwitches switches;
    private final PlaceGraph places;
    private final Map<Stream, String> states = new EnumMap<>(Stream.class);
    private int next;

    TrunkGraph(
            String name,
            Transformer transformer,
            Weights weights,
            TransformerSpec spec,
            TrunkForm form) {
        this.spec = spec;
        this.form = form;
        graph = new OnnxGraph(name, weights);
        List<Object> cells = new ArrayList<>(List.of("batch", spec.latentChannels()));
        for (int i = 1; i < spec.latentShape().length; i++) {
            cells.add("latent" + i);
        }
        Value latent = graph.input(TrunkInputs.LATENT, ElementType.FLOAT32, cells.toArray());
        Value modulation =
                graph.input(
                        TrunkInputs.MODULATION,
                        ElementType.FLOAT32,
                        "batch",
                        TrunkInputs.MODULATION);
        Map<String, Value> context = NetworkGraphs.context(graph, spec);
        int branches = spec.branches().size();
        List<PlaceSlot> slots = PlaceSlot.of(form.places(), spec);
        switches = new TrunkSwitches(graph, form, branches, slots.size());
        places = new PlaceGraph(graph, form.featureType(), switches, branches, slots);
        graph.output(OUTPUT, transformer.forward(graph, this, latent, modulation, context));
        if (next != branches) {
            throw new IllegalStateException(
                    name + " wrote " + next + " branches, its spec lists " + branches);
        }
    }

    OnnxGraph graph() {
        return graph;
    }

    TrunkForm form() {
        return form;
    }

    /** Names of the outputs with the states of the streams. */
    Map<Stream, String> states() {
        return states;
    }

    /** Names of the outputs with what a place's slot keeps, by order. */
    List<String> place(int slot) {
        return places.outputs(slot);
    }

    FeatureOutputs outputs(int branch) {
        return linked.get(branch).outputs();
    }

    @Override
    public List<Value> joint(List<Residual> parts, Supplier<List<Value>> branches) {
        List<Integer> indices = parts.stream().map(part -> index(part.id())).toList();
        if (!form.keeps()) {
            List<Value> written = branches.get();
            List<Value> streams = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                Residual part = parts.get(i);
                streams.add(graph.add(part.x(), graph.multiply(part.gate(), written.get(i))));
            }
            return streams;
        }
        if (parts.size() == 1) {
            SignalWriter watch = watch(parts);
            return List.of(
                    linked(indices.get(0), parts.get(0))
                            .computedOrPredicted(
                                    null,
                                    () -> {
                                        List<Value> values =
                                                new ArrayList<>(watch.around(branches));
                                        values.addAll(watch.seen(0));
                                        return values;
                                    }));
        }
        return several(parts, indices, branches);
    }

    /** One computation for all parts, outside of what is decided for each of them. */
    private List<Value> several(
            List<Residual> parts, List<Integer> indices, Supplier<List<Value>> branches) {
        Value any = switches.compute(indices.get(0));
        for (int index : indices.subList(1, indices.size())) {
            any = graph.op("Or", any, switches.compute(index));
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
                        () -> LinkedBranch.empties(graph, count));
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            List<Value> own = results.subList(each * i, each * (i + 1));
            streams.add(
                    linked(indices.get(i), parts.get(i))
                            .computedOrPredicted(own.get(0), () -> copies(own)));
        }
        return streams;
    }

    /** An If gives out what is computed within it: of other values, copies. */
    private List<Value> copies(List<Value> values) {
        return values.stream().map(value -> graph.op("Identity", value)).toList();
    }

    private LinkedBranch linked(int index, Residual part) {
        LinkedBranch branch =
                new LinkedBranch(graph, form, switches, index, part, spec.branches().get(index));
        linked.add(branch);
        return branch;
    }

    private SignalWriter watch(List<Residual> parts) {
        List<Signal> wanted = new ArrayList<>(form.signals(parts.get(0).id().kind()));
        wanted.remove(Signal.DISSIMILARITY);
        return new SignalWriter(graph, wanted, parts, spec.branches().get(next - 1).width());
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
        return linked(index, new Residual(id, x, gate)).refreshed(fresh, chosen, "", List.of());
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
                graph.input(
                        TrunkInputs.mixed(index),
                        ElementType.FLOAT32,
                        "batch",
                        "tokens" + index,
                        width);
        SignalWriter watch = watch(List.of(new Residual(id, x, gate)));
        List<Value> results =
                graph.either(
                        switches.compute(index),
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
                            values.addAll(LinkedBranch.empties(graph, watch.count()));
                            return values;
                        });
        List<String> names = LinkedBranch.direct(graph, results);
        Value fresh = tokenwise.apply(graph.op("GatherND", x, chosen), results.get(0));
        return linked(index, new Residual(id, x, gate))
                .refreshed(fresh, chosen, names.get(0), names.subList(1, names.size()));
    }

    /** Which tokens of a branch are computed: batch row and token. */
    private Value chosen(int index) {
        return graph.input(
                TrunkInputs.tokens(index), ElementType.INT64, "batch", "chosen" + index, 2);
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
        return places.hidden(x);
    }

    private int index(BranchId id) {
        Branch branch = next < spec.branches().size() ? spec.branches().get(next) : null;
        if (branch == null || !branch.id().equals(id)) {
            throw new IllegalStateException(
                    "Branch " + next + " is " + id + ", the spec lists " + branch);
        }
        return next++;
    }
}
