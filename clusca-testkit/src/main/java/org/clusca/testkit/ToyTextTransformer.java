package org.clusca.testkit;

import static java.util.Objects.requireNonNull;
import static org.clusca.testkit.ToyTransformer.CHANNELS;
import static org.clusca.testkit.ToyTransformer.HEADS;
import static org.clusca.testkit.ToyTransformer.SIDE;
import static org.clusca.testkit.ToyTransformer.TOKENS;
import static org.clusca.testkit.ToyTransformer.WIDTH;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;

/**
 * The network of {@link ToyTextModel}: in every block a gated self-attention, a cross-attention to
 * the text without a gate, and a gated MLP. The text's keys and values are prepared once.
 */
final class ToyTextTransformer implements Transformer {
    /** States of the encoder {@code [rows, text tokens, TEXT_WIDTH]}. */
    static final String TEXT = "text";

    /** Which of them are tokens {@code [rows, text tokens]}: 1, or 0 for padding. */
    static final String MASK = "mask";

    static final int TEXT_WIDTH = 6;
    static final int USUAL_TEXT = 12;

    private static final int BLOCKS = 2;
    private static final int VECTORS = 6 * BLOCKS;
    private static final int INT32 = 6;

    private static String keys(int block) {
        return "keys" + block;
    }

    private static String values(int block) {
        return "values" + block;
    }

    private static BranchId id(int block, BranchKind kind) {
        return new BranchId(block, Stream.IMAGE, kind);
    }

    @Override
    public TransformerSpec spec() {
        return spec(new int[] {CHANNELS, SIDE, SIDE}, USUAL_TEXT);
    }

    @Override
    public TransformerSpec spec(int[] latentShape, int textTokens) {
        Cost cross =
                Cost.sum(
                        Cost.linear(TOKENS, WIDTH, 2 * WIDTH),
                        Cost.attention(TOKENS, textTokens, HEADS, WIDTH));
        List<Branch> branches = new ArrayList<>();
        Map<String, int[]> prepared = new HashMap<>();
        prepared.put(MASK, new int[] {textTokens});
        for (int block = 0; block < BLOCKS; block++) {
            branches.add(
                    new Branch(
                            id(block, BranchKind.ATTENTION),
                            TOKENS,
                            WIDTH,
                            ToyTransformer.ATTENTION_COST,
                            Cost.NONE));
            branches.add(
                    new Branch(
                            id(block, BranchKind.CROSS_ATTENTION),
                            TOKENS,
                            WIDTH,
                            Cost.NONE,
                            cross));
            branches.add(
                    new Branch(
                            id(block, BranchKind.MLP),
                            TOKENS,
                            WIDTH,
                            Cost.NONE,
                            ToyTransformer.MLP_COST));
            prepared.put(keys(block), new int[] {textTokens, WIDTH});
            prepared.put(values(block), new int[] {textTokens, WIDTH});
        }
        return TransformerSpec.builder()
                .latentShape(CHANNELS, SIDE, SIDE)
                .gridWidth(SIDE)
                .branches(branches)
                .modulationWidth(VECTORS * WIDTH)
                .contextRows(
                        Map.of(
                                TEXT,
                                new int[] {textTokens, TEXT_WIDTH},
                                MASK,
                                new int[] {textTokens}))
                .preparedRows(prepared)
                .preparing(Cost.linear(textTokens, TEXT_WIDTH, 2 * BLOCKS * WIDTH))
                .fixed(ToyTransformer.FIXED)
                .blockModulations(Cost.linear(1, WIDTH, VECTORS * WIDTH))
                .conditioning(Cost.silu(1, WIDTH))
                .build();
    }

    @Override
    public Weights weights() {
        return Weights.none("The toy model with text");
    }

    @Override
    public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        return graph.op(
                "MatMul",
                graph.silu(ToyTransformer.time(graph, timestep)),
                ToyTransformer.numbers(graph, 2, 0.5, WIDTH, VECTORS * WIDTH));
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
        return graph.op(
                "MatMul", text, ToyTransformer.numbers(graph, seed, 0.6, TEXT_WIDTH, WIDTH));
    }

    @Override
    public Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value latent,
            Value modulation,
            Map<String, Value> context) {
        List<Value> vectors = graph.split(graph.unsqueeze(modulation, 1), 2, VECTORS);
        Value x = ToyTransformer.tokens(graph, latent);
        Value embedded = x;
        branches.input(() -> ToyTransformer.modulated(graph, embedded, vectors, 0));
        for (int block = 0; block < BLOCKS; block++) {
            List<Value> own = vectors.subList(6 * block, 6 * block + 6);
            int seed = 10 * (block + 1);
            x =
                    branches.attention(
                            id(block, BranchKind.ATTENTION),
                            branches.enter(block, Stream.IMAGE, x),
                            own.get(2),
                            ToyTransformer.attention(graph, seed, own));
            x =
                    branches.attention(
                                    List.of(
                                            new Residual(
                                                    id(block, BranchKind.CROSS_ATTENTION),
                                                    x,
                                                    Value.NONE)),
                                    List.of(requireNonNull(context.get(keys(block)))),
                                    new ToText(graph, block, context))
                            .get(0);
            x =
                    branches.tokenwise(
                            id(block, BranchKind.MLP),
                            x,
                            own.get(5),
                            rows ->
                                    ToyTransformer.mlp(
                                            graph,
                                            seed + 5,
                                            ToyTransformer.modulated(graph, rows, own, 3)));
        }
        return ToyTransformer.latent(
                graph, branches.hidden(branches.enter(BLOCKS, Stream.IMAGE, x)));
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
                    ? new Projected(
                            ToyTransformer.multiplied(graph, rows, 70 + block),
                            Value.NONE,
                            Value.NONE)
                    : new Projected(Value.NONE, rows, requireNonNull(context.get(values(block))));
        }

        @Override
        public Value out(int part, Value rows, Value mixed) {
            return ToyTransformer.multiplied(graph, mixed, 80 + block);
        }
    }
}
