package org.clusca.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxGraph.Type;

/**
 * Links a transformer's branches into one graph in which each can be computed, refreshed on some
 * tokens, or predicted, as the inputs of a run say. The form depends only on what the policy
 * declared ({@link Requirements}), never on a step.
 *
 * <p>A branch that mixes tokens runs inside an {@code If}. A branch that works token by token runs
 * outside of any, on the tokens it is given (all, some, none), so that its weights exist and are
 * packed once; what follows it is chosen by an {@code If}. With {@link Requirements#NOTHING} the
 * graph is the plain network.
 */
final class TrunkGraph implements BranchLinker {
    static final String LATENT = "latent";
    static final String MODULATION = "modulation";
    static final String OUTPUT = "output";
    static final String COMPUTE = "compute";
    static final String SOME = "some";
    static final String SKIP = "skip";
    static final String EARLIER = "earlier";

    /**
     * Graph outputs that hold a branch's new features; {@code merged} is empty where tokens are
     * never refreshed alone.
     */
    record FeatureOutputs(List<String> computed, String merged, Map<Signal, String> signals) {}

    private final OnnxGraph graph;
    private final TransformerSpec spec;
    private final Requirements requirements;
    private final List<FeatureOutputs> outputs = new ArrayList<>();
    private final List<Value> compute;
    private final List<Value> some;
    private final List<List<Value>> coefficients = new ArrayList<>();
    private final List<List<Value>> rates = new ArrayList<>();
    private String hidden = "";
    private int next;

    private TrunkGraph(String name, Transformer transformer, Requirements requirements) {
        this.spec = transformer.spec();
        this.requirements = requirements;
        graph = new OnnxGraph(name, transformer.weights());
        int[] latentShape = spec.latentShape();
        Value latent =
                graph.input(
                        LATENT,
                        Type.FLOAT,
                        "batch",
                        latentShape[0],
                        latentShape[1],
                        latentShape[2]);
        Value modulation = graph.input(MODULATION, Type.FLOAT, "batch", spec.modulationWidth());
        compute = requirements.order() < 0 ? List.of() : perBranch(COMPUTE, Type.BOOL);
        some = requirements.tokens() ? perBranch(SOME, Type.BOOL) : List.of();
        for (int order = 0; order <= requirements.order(); order++) {
            coefficients.add(perBranch(coefficient(order), Type.FLOAT));
            if (order > 0) {
                rates.add(perBranch(rate(order), Type.FLOAT));
            }
        }
        graph.output(OUTPUT, transformer.forward(graph, this, latent, modulation));
        if (next != spec.branches().size()) {
            throw new IllegalStateException(
                    name
                            + " wrote "
                            + next
                            + " branches, its spec lists "
                            + spec.branches().size());
        }
    }

    static TrunkGraph build(String name, Transformer transformer, Requirements requirements) {
        return new TrunkGraph(name, transformer, requirements);
    }

    static String coefficient(int order) {
        return "coefficient" + order;
    }

    static String rate(int order) {
        return "rate" + order;
    }

    static String feature(int branch, int order) {
        return "feature" + branch + "." + order;
    }

    static String tokens(int branch) {
        return "tokens" + branch;
    }

    static String spread(int branch) {
        return "spread" + branch;
    }

    static String keep(int branch) {
        return "keep" + branch;
    }

    OnnxGraph graph() {
        return graph;
    }

    /** Name of the output with the hidden state after the last block. */
    String hiddenOutput() {
        return hidden;
    }

    FeatureOutputs outputs(int branch) {
        return outputs.get(branch);
    }

    private List<Value> perBranch(String input, Type type) {
        int count = spec.branches().size();
        return graph.split(graph.input(input, type, count), 0, count);
    }

    @Override
    public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        int index = index(id);
        if (requirements.order() < 0) {
            return graph.add(x, graph.multiply(gate, branch.get()));
        }
        List<Value> features = features(index);
        List<Signal> signals = signals(id);
        int count = 2 + requirements.order() + signals.size();
        List<Value> results =
                graph.either(
                        compute.get(index),
                        count,
                        () -> {
                            List<Value> seen = new ArrayList<>();
                            watch(signals, index, seen);
                            Value output = branch.get();
                            graph.watchAttention(null);
                            if (seen.size() != signals.size()) {
                                throw new CluscaException(
                                        ErrorCode.INCOMPATIBLE,
                                        "The policy needs "
                                                + signals
                                                + " of "
                                                + id
                                                + ", which does not attend through GraphBuilder.attention; choose a"
                                                + " policy that needs no signals of attention.");
                            }
                            List<Value> values = new ArrayList<>();
                            values.add(graph.add(x, graph.multiply(gate, output)));
                            values.addAll(differences(index, output, features));
                            values.addAll(seen);
                            return values;
                        },
                        () -> padded(predict(index, x, gate, features), count));
        List<String> names = results.subList(1, count).stream().map(graph::direct).toList();
        Map<Signal, String> shown = new EnumMap<>(Signal.class);
        for (int i = 0; i < signals.size(); i++) {
            shown.put(signals.get(i), names.get(1 + requirements.order() + i));
        }
        outputs.add(new FeatureOutputs(names.subList(0, 1 + requirements.order()), "", shown));
        return results.get(0);
    }

    private List<Signal> signals(BranchId id) {
        return id.kind() == BranchKind.ATTENTION
                ? requirements.signals().stream().sorted().toList()
                : List.of();
    }

    private void watch(List<Signal> signals, int index, List<Value> seen) {
        int width = spec.branches().get(index).width();
        graph.watchAttention(
                (q, k, v, heads) ->
                        signals.forEach(
                                signal ->
                                        seen.add(
                                                AttentionSignals.write(
                                                        graph, signal, q, k, v, heads, width))));
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        if (!requirements.tokens()) {
            // never asked for some tokens only: then it can live inside the If, without gathering
            return mixing(id, x, gate, () -> branch.apply(x));
        }
        int index = index(id);
        List<Value> features = features(index);
        Value chosen = graph.input(tokens(index), Type.INT64, "batch", "chosen" + index, 1);
        Value spread =
                graph.input(
                        spread(index),
                        Type.FLOAT,
                        "spread_batch",
                        "spread_tokens",
                        "spread" + index);
        Value keep = graph.input(keep(index), Type.FLOAT, "keep_batch", "keep_tokens", 1);
        Value fresh = branch.apply(graph.op("GatherND", Map.of("batch_dims", 1), x, chosen));
        int count = 2 + requirements.order();
        List<Value> results =
                graph.either(
                        compute.get(index),
                        count,
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.add(x, graph.multiply(gate, fresh)));
                            values.add(empty());
                            values.addAll(
                                    differences(index, fresh, features)
                                            .subList(1, 1 + requirements.order()));
                            return values;
                        },
                        () -> {
                            List<Value> values =
                                    graph.either(
                                            some.get(index),
                                            2,
                                            () -> {
                                                Value merged =
                                                        graph.add(
                                                                graph.multiply(
                                                                        features.get(0), keep),
                                                                graph.op("MatMul", spread, fresh));
                                                List<Value> cached = new ArrayList<>(features);
                                                cached.set(0, merged);
                                                return List.of(
                                                        predict(index, x, gate, cached), merged);
                                            },
                                            () -> padded(predict(index, x, gate, features), 2));
                            List<Value> all = new ArrayList<>(values);
                            while (all.size() < count) {
                                all.add(empty());
                            }
                            return all;
                        });
        List<String> computed = new ArrayList<>();
        computed.add(graph.direct(fresh));
        results.subList(2, count).forEach(value -> computed.add(graph.direct(value)));
        outputs.add(new FeatureOutputs(computed, graph.direct(results.get(1)), Map.of()));
        return results.get(0);
    }

    @Override
    public Value hidden(Value x) {
        hidden = graph.direct(x);
        if (!requirements.skips()) {
            return x;
        }
        Branch last = spec.branches().get(spec.branches().size() - 1);
        Value skip = graph.input(SKIP, Type.BOOL, 1);
        Value earlier = graph.input(EARLIER, Type.FLOAT, "batch", last.tokens(), last.width());
        return graph.either(
                        skip,
                        1,
                        () -> List.of(graph.op("Identity", earlier)),
                        () -> List.of(graph.op("Identity", x)))
                .get(0);
    }

    private int index(BranchId id) {
        Branch branch = spec.branches().get(next);
        if (!branch.id().equals(id)) {
            throw new IllegalStateException(
                    "Branch " + next + " is " + id + ", the spec lists " + branch.id());
        }
        return next++;
    }

    private List<Value> features(int index) {
        Branch branch = spec.branches().get(index);
        List<Value> features = new ArrayList<>();
        for (int order = 0; order <= requirements.order(); order++) {
            features.add(
                    graph.input(
                            feature(index, order),
                            Type.FLOAT,
                            "batch",
                            branch.tokens(),
                            branch.width()));
        }
        return features;
    }

    /**
     * The feature and its backward divided differences, each from the one before: new[i+1] =
     * (new[i] - old[i]) * rate.
     */
    private List<Value> differences(int index, Value output, List<Value> features) {
        List<Value> values = new ArrayList<>();
        values.add(output);
        for (int order = 1; order <= requirements.order(); order++) {
            Value difference = graph.subtract(values.get(order - 1), features.get(order - 1));
            values.add(graph.multiply(difference, rates.get(order - 1).get(index)));
        }
        return values;
    }

    /**
     * {@code x + (gate * c0) * (feature0 + sum of (ci / c0) * featurei)}: on large tensors a factor
     * per branch is cheaper than one per channel, and order 0, whose factor joins the gate, needs
     * none.
     */
    private Value predict(int index, Value x, Value gate, List<Value> features) {
        Value sum = features.get(0);
        for (int order = 1; order < features.size(); order++) {
            sum =
                    graph.add(
                            sum,
                            graph.multiply(
                                    features.get(order), coefficients.get(order).get(index)));
        }
        return graph.add(
                x, graph.multiply(sum, graph.multiply(gate, coefficients.get(0).get(index))));
    }

    private List<Value> padded(Value first, int count) {
        List<Value> values = new ArrayList<>();
        values.add(first);
        while (values.size() < count) {
            values.add(empty());
        }
        return values;
    }

    /** An output that nobody asks for. */
    private Value empty() {
        return graph.op("Identity", graph.constant(new float[0], 0, 0, 0));
    }
}
