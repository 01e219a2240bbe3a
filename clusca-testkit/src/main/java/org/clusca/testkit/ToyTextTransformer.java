package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.api.model.Cost;
import org.clusca.api.model.TransformerSpec;

/**
 * The network of {@link ToyTextModel}: between the two branches of every block a cross-attention to
 * the text without a gate. The text's keys and values are prepared once.
 */
final class ToyTextTransformer extends ToyNetwork {
    /** States of the encoder {@code [rows, text tokens, TEXT_WIDTH]}. */
    static final String TEXT = "text";

    /** Which of them are tokens {@code [rows, text tokens]}: 1, or 0 for padding. */
    static final String MASK = "mask";

    static final int TEXT_WIDTH = 6;
    static final int USUAL_TEXT = 12;

    private static final int INT32 = 6;

    private static String keys(int block) {
        return "keys" + block;
    }

    private static String values(int block) {
        return "values" + block;
    }

    @Override
    public TransformerSpec spec() {
        return spec(new int[] {CHANNELS, SIDE, SIDE}, USUAL_TEXT);
    }

    @Override
    public TransformerSpec spec(int[] latentShape, int textTokens) {
        Map<String, int[]> prepared = new HashMap<>();
        prepared.put(MASK, new int[] {textTokens});
        for (int block = 0; block < BLOCKS; block++) {
            prepared.put(keys(block), new int[] {textTokens, WIDTH});
            prepared.put(values(block), new int[] {textTokens, WIDTH});
        }
        return shape(textTokens)
                .contextRows(
                        Map.of(
                                TEXT,
                                new int[] {textTokens, TEXT_WIDTH},
                                MASK,
                                new int[] {textTokens}))
                .preparedRows(prepared)
                .preparing(Cost.linear(textTokens, TEXT_WIDTH, 2 * BLOCKS * WIDTH))
                .build();
    }

    @Override
    List<Branch> between(int block, int textTokens) {
        Cost cost =
                Cost.sum(
                        Cost.linear(TOKENS, WIDTH, 2 * WIDTH),
                        Cost.attention(TOKENS, textTokens, HEADS, WIDTH));
        return List.of(
                new Branch(id(block, BranchKind.CROSS_ATTENTION), TOKENS, WIDTH, Cost.NONE, cost));
    }

    @Override
    public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        return vectors(graph, time(graph, timestep));
    }

    @Override
    public Map<String, Value> prepared(GraphBuilder graph, Map<String, Value> context) {
        Value text = requireNonNull(context.get(TEXT));
        Map<String, Value> prepared = new HashMap<>();
        prepared.put(MASK, requireNonNull(context.get(MASK)));
        for (int block = 0; block < BLOCKS; block++) {
            prepared.put(keys(block), projected(graph, text, 60 + 2 * block));
            prepared.put(values(block), projected(graph, text, 61 + 2 * block));
        }
        return prepared;
    }

    private static Value projected(GraphBuilder graph, Value text, int seed) {
        return graph.op("MatMul", text, numbers(graph, seed, 0.6, TEXT_WIDTH, WIDTH));
    }

    @Override
    Value between(
            GraphBuilder graph,
            BranchLinker branches,
            int block,
            Value x,
            Map<String, Value> context) {
        Residual image = new Residual(id(block, BranchKind.CROSS_ATTENTION), x, Value.NONE);
        return branches.attention(
                        List.of(image),
                        List.of(requireNonNull(context.get(keys(block)))),
                        new ToText(graph, block, context))
                .get(0);
    }

    /** The image's tokens ask; the text, a part that is only read, answers. */
    private record ToText(GraphBuilder graph, int block, Map<String, Value> context)
            implements Attention {
        @Override
        public Heads heads() {
            return new Heads(
                    HEADS,
                    Optional.of(1 / Math.sqrt(WIDTH / (double) HEADS)),
                    Optional.of(
                            graph.op(
                                    "Cast",
                                    Map.of("to", INT32),
                                    requireNonNull(context.get(MASK)))));
        }

        @Override
        public Projected project(int part, Value rows, Rows which) {
            return part == 0
                    ? new Projected(multiplied(graph, rows, 70 + block), Value.NONE, Value.NONE)
                    : new Projected(Value.NONE, rows, requireNonNull(context.get(values(block))));
        }

        @Override
        public Value out(int part, Value rows, Value mixed) {
            return multiplied(graph, mixed, 80 + block);
        }
    }
}
