package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.PlainLinker;
import org.clusca.onnx.OnnxGraph;

/**
 * The network with some tokens of every branch computed anew, written plainly: everything is
 * computed, and what was not to be is replaced by what it was before.
 */
final class RefreshedNetwork {
    private static final int BOOL = 9;
    private static final String BEFORE = "before.";

    private final List<Branch> branches;
    private final Runner runner;

    /** Un-gated outputs, keys and values as they were computed last. */
    private final Map<String, Tensor> kept = new HashMap<>();

    /** Runs the network as a linker writes it, with inputs beside its own; gives all outputs. */
    @FunctionalInterface
    interface Runner {
        Map<String, Tensor> run(
                Function<OnnxGraph, PlainLinker> linker, Map<String, Tensor> inputs);
    }

    RefreshedNetwork(List<Branch> branches, Runner runner) {
        this.branches = branches;
        this.runner = runner;
    }

    /** Everything computed. */
    Tensor full() {
        return step(graph -> new Refreshing(graph, true), Map.of());
    }

    /**
     * Some tokens computed.
     *
     * @param tokens of each branch and batch row
     */
    Tensor refreshed(List<int[][]> tokens) {
        Map<String, Tensor> inputs = new HashMap<>(kept);
        for (int i = 0; i < branches.size(); i++) {
            int[][] rows = tokens.get(i);
            int count = branches.get(i).tokens();
            Tensor chosen = Tensor.zeros(rows.length, count, 1);
            for (int row = 0; row < rows.length; row++) {
                for (int token : rows[row]) {
                    chosen.data().put(row * count + token, 1);
                }
            }
            inputs.put(name("chosen", branches.get(i).id()), chosen);
        }
        return step(graph -> new Refreshing(graph, false), inputs);
    }

    private Tensor step(Function<OnnxGraph, PlainLinker> linker, Map<String, Tensor> inputs) {
        Map<String, Tensor> outputs = new HashMap<>(runner.run(linker, inputs));
        Tensor output = requireNonNull(outputs.remove("output"));
        outputs.forEach((name, tensor) -> kept.put(BEFORE + name, tensor));
        return output;
    }

    private static String name(String what, BranchId id) {
        return what + "." + id;
    }

    /** Goes on with what is chosen and keeps it. */
    private static final class Refreshing extends PlainLinker {
        private final OnnxGraph graph;
        private final boolean first;
        private final Map<BranchId, Value> chosen = new HashMap<>();

        /**
         * @param first whether nothing was computed before, and everything is now
         */
        Refreshing(OnnxGraph graph, boolean first) {
            super(graph);
            this.graph = graph;
            this.first = first;
        }

        private Value refreshed(String what, BranchId id, Value fresh) {
            Value now = first ? fresh : graph.op("Where", chosen(id), fresh, before(what, id));
            graph.output(name(what, id), now);
            return now;
        }

        private Value chosen(BranchId id) {
            return chosen.computeIfAbsent(
                    id,
                    missing ->
                            graph.op(
                                    "Cast",
                                    Map.of("to", BOOL),
                                    graph.input(name("chosen", id), "", new int[3])));
        }

        private Value before(String what, BranchId id) {
            return graph.input(name(BEFORE + what, id), "", new int[3]);
        }

        @Override
        protected Value add(Residual part, Value output) {
            return super.add(part, refreshed("feature", part.id(), output));
        }

        @Override
        public List<Value> attention(List<Residual> parts, List<Value> read, Attention attention) {
            return super.attention(parts, read, new Kept(attention, parts));
        }

        /** An attention to the keys and values that are kept. */
        private final class Kept implements Attention {
            private final Attention attention;
            private final List<Residual> parts;

            Kept(Attention attention, List<Residual> parts) {
                this.attention = attention;
                this.parts = parts;
            }

            @Override
            public Heads heads() {
                return attention.heads();
            }

            @Override
            public Projected project(int part, Value rows, Rows which) {
                Projected projected = attention.project(part, rows, which);
                if (part >= parts.size() || projected.k().equals(Value.NONE)) {
                    return projected;
                }
                BranchId id = parts.get(part).id();
                return new Projected(
                        projected.q(),
                        refreshed("keys", id, projected.k()),
                        refreshed("values", id, projected.v()));
            }

            @Override
            public Value mix(GraphBuilder builder, Value q, Value k, Value v) {
                return attention.mix(builder, q, k, v);
            }

            @Override
            public Value out(int part, Value rows, Value mixed) {
                return attention.out(part, rows, mixed);
            }
        }
    }
}
