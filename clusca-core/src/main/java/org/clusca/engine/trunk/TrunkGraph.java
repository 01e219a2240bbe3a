package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.AttentionSequence;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.onnx.Device;
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
     * @param attention what is kept of it, as {@link KeptAttention} says
     */
    record FeatureOutputs(
            List<String> computed,
            String merged,
            List<String> attention,
            Map<Signal, String> signals) {
        static final FeatureOutputs NONE = new FeatureOutputs(List.of(), "", List.of(), Map.of());
    }

    private final OnnxGraph graph;
    private final TransformerSpec spec;
    private final TrunkForm form;
    private final TrunkWeights weights;
    private final int blockCount;
    private final Map<Integer, LinkedBranch> linked = new HashMap<>();
    private final TrunkSwitches switches;
    private final PlaceGraph places;
    private final GaugeGraph gauges;
    private final BlockGauges blocks;
    private final Map<Stream, String> states = new EnumMap<>(Stream.class);
    private int next;

    TrunkGraph(
            Device device,
            String name,
            Transformer transformer,
            TrunkWeights weights,
            TransformerSpec spec,
            TrunkForm form) {
        this.spec = spec;
        this.form = form;
        this.weights = weights;
        blockCount =
                1 + spec.branches().stream().mapToInt(each -> each.id().block()).max().orElse(-1);
        graph = new OnnxGraph(name, weights.outside(), device);
        gauges = new GaugeGraph(graph, form.gauges());
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
        switches = new TrunkSwitches(device, graph, form, spec.branches(), slots.size());
        places =
                new PlaceGraph(
                        name,
                        graph,
                        form,
                        switches,
                        branches,
                        spec.branches().get(0).width(),
                        slots);
        blocks = new BlockGauges(graph, gauges, form, switches, spec.branches());
        graph.output(OUTPUT, transformer.forward(graph, this, latent, modulation, context));
        places.requireAll();
        gauges.requireAll(name);
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

    GaugeGraph gauges() {
        return gauges;
    }

    /** Names of the outputs with the states of the streams. */
    Map<Stream, String> states() {
        return states;
    }

    /** Names of the outputs with what a place's slot keeps, by order. */
    List<String> place(int slot) {
        return places.outputs(slot);
    }

    /** Names of the outputs with what is observed of places. */
    Map<Place, String> observed() {
        return places.observed();
    }

    /** Name of the output with what the last layer reads; empty where nobody remembers it. */
    String state() {
        return places.state();
    }

    FeatureOutputs outputs(int branch) {
        LinkedBranch found = linked.get(branch);
        return found == null ? FeatureOutputs.NONE : found.outputs();
    }

    @Override
    public void input(Supplier<Value> modulated) {
        gauges.ahead(Measured.INPUT, spec.branches().get(0).width(), modulated);
    }

    @Override
    public List<Value> attention(List<Residual> parts, List<Value> read, Attention attention) {
        return held(parts.get(0).id(), () -> attended(parts, read, attention));
    }

    private List<Value> attended(List<Residual> parts, List<Value> read, Attention attention) {
        parts.forEach(part -> blocks.before(part.id(), part.x()));
        AttentionSequence sequence = new AttentionSequence(graph, parts, read, attention);
        List<Integer> indices = parts.stream().map(part -> index(part.id())).toList();
        if (parts.size() > 1) {
            List<Stream> order = parts.stream().map(part -> part.id().stream()).toList();
            places.mixed(order);
            blocks.mixed(order);
        }
        if (form.links(parts.get(0).id())) {
            List<LinkedBranch> own = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                own.add(linked(indices.get(i), parts.get(i)));
            }
            int width = spec.branches().get(indices.get(0)).width();
            List<Value> written =
                    new LinkedAttention(graph, form, switches, sequence, indices, own, width)
                            .write();
            List<Value> streams = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                streams.add(blocks.after(indices.get(i), own.get(i), written.get(i)));
            }
            return streams;
        }
        List<Value> outputs = sequence.whole();
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            streams.add(LinkedBranch.added(graph, parts.get(i), outputs.get(i)));
        }
        return streams;
    }

    private LinkedBranch linked(int index, Residual part) {
        LinkedBranch branch =
                new LinkedBranch(
                        graph, form, switches, gauges, index, part, spec.branches().get(index));
        linked.put(index, branch);
        return branch;
    }

    @Override
    public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        List<Signal> wanted = form.attentionSignals(id.kind());
        if (form.tokens().contains(id.kind()) || !wanted.isEmpty()) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The policy computes some tokens of "
                            + id
                            + " or needs signals "
                            + wanted
                            + " of it, but the model does not hand it over as an attention in"
                            + " parts; choose a policy that computes all of it or predicts it.");
        }
        return held(id, () -> switched(id, x, gate, branch));
    }

    private Value switched(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        blocks.before(id, x);
        int index = index(id);
        Residual part = new Residual(id, x, gate);
        if (!form.links(id)) {
            return LinkedBranch.added(graph, part, branch.get());
        }
        LinkedBranch link = linked(index, part);
        Value stream =
                form.verifies(id)
                        ? link.switched(() -> List.of(branch.get()))
                        : link.computedOrPredicted(null, () -> List.of(branch.get()));
        return blocks.after(index, link, stream);
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        if (!form.refreshes(id)) {
            // never asked for some tokens only: then it can live inside the If, without gathering
            return held(id, () -> switched(id, x, gate, () -> branch.apply(x)));
        }
        blocks.before(id, x);
        int index = index(id);
        Value chosen = switches.chosen(index);
        Value fresh = computed(id, index, branch, graph.op("GatherND", x, chosen));
        LinkedBranch link = linked(index, new Residual(id, x, gate));
        return blocks.after(index, link, link.refreshed(fresh, chosen, List.of(), List.of()));
    }

    /** Writes a branch that is computed on all tokens or not at all. */
    private <T> T held(BranchId id, Supplier<T> part) {
        return graph.with(weights.branches(id, blockCount), part);
    }

    /** The branch's output on the tokens it is given. */
    private Value computed(BranchId id, int index, UnaryOperator<Value> branch, Value rows) {
        Weights tokens = weights.tokens(id, blockCount);
        if (tokens == weights.branches(id, blockCount)) {
            return graph.with(tokens, () -> branch.apply(rows));
        }
        // each weight in one part of an If alone, so that it is packed, and packed once
        return graph.either(
                        switches.runs(index),
                        1,
                        () -> List.of(held(id, () -> branch.apply(rows))),
                        () -> List.of(graph.with(tokens, () -> branch.apply(rows))))
                .get(0);
    }

    @Override
    public Map<Stream, Value> enter(int block, Map<Stream, Value> streams) {
        return places.enter(block, streams);
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
        blocks.end(x);
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
