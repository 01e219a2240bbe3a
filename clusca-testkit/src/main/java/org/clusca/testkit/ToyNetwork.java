package org.clusca.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;

/**
 * A DiT in small, its weights constants of the graph: blocks of a gated self-attention and a gated
 * MLP, and what a network puts between the two.
 */
abstract class ToyNetwork implements Transformer {
    static final int CHANNELS = 2;

    static final int SIDE = 4;
    static final int TOKENS = SIDE * SIDE;
    static final int WIDTH = 8;
    static final int BLOCKS = 2;
    static final int HEADS = 2;

    /** Shift, scale and gate of the two branches of every block. */
    private static final int VECTORS = 6 * BLOCKS;

    private static final double EPSILON = 1e-6;

    private static final Cost ATTENTION_COST =
            Cost.sum(
                    Cost.norm(TOKENS, WIDTH),
                    Cost.linear(TOKENS, WIDTH, 4 * WIDTH),
                    Cost.attention(TOKENS, TOKENS, HEADS, WIDTH));

    private static final Cost MLP_COST =
            Cost.sum(
                    Cost.norm(TOKENS, WIDTH),
                    Cost.linear(TOKENS, WIDTH, 2 * WIDTH),
                    Cost.gelu(TOKENS, 2 * WIDTH),
                    Cost.linear(TOKENS, 2 * WIDTH, WIDTH));

    /** Outside the branches. */
    private static final Cost FIXED =
            Cost.sum(Cost.linear(TOKENS, CHANNELS, WIDTH), Cost.linear(TOKENS, WIDTH, CHANNELS));

    static BranchId id(int block, BranchKind kind) {
        return new BranchId(block, Stream.IMAGE, kind);
    }

    /** What a block has between its attention and its MLP; by default nothing. */
    List<Branch> between(int block, int textTokens) {
        return List.of();
    }

    /** Writes it; gives the stream to go on with. */
    Value between(
            GraphBuilder graph,
            BranchLinker branches,
            int block,
            Value x,
            Map<String, Value> context) {
        return x;
    }

    final TransformerSpec.Builder shape(int textTokens) {
        List<Branch> branches = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            BranchId mixing = id(block, BranchKind.ATTENTION);
            branches.add(new Branch(mixing, TOKENS, WIDTH, ATTENTION_COST, Cost.NONE));
            branches.addAll(between(block, textTokens));
            BranchId tokenwise = id(block, BranchKind.MLP);
            branches.add(new Branch(tokenwise, TOKENS, WIDTH, Cost.NONE, MLP_COST));
        }
        return TransformerSpec.builder()
                .latentShape(CHANNELS, SIDE, SIDE)
                .gridWidth(SIDE)
                .branches(branches)
                .modulationWidth(VECTORS * WIDTH)
                .fixed(FIXED)
                .blockModulations(Cost.linear(1, WIDTH, VECTORS * WIDTH))
                .conditioning(Cost.silu(1, WIDTH));
    }

    @Override
    public final Weights weights() {
        return Weights.none("A toy model");
    }

    /**
     * @param embedded what the modulation depends on {@code [rows, width]}
     */
    static Value vectors(GraphBuilder graph, Value embedded) {
        return graph.op(
                "MatMul", graph.silu(embedded), numbers(graph, 2, 0.5, WIDTH, VECTORS * WIDTH));
    }

    @Override
    public final Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value latent,
            Value modulation,
            Map<String, Value> context) {
        List<Value> vectors = graph.split(graph.unsqueeze(modulation, 1), 2, VECTORS);
        Value x = tokens(graph, latent);
        Value embedded = x;
        branches.input(() -> modulated(graph, embedded, vectors, 0));
        for (int block = 0; block < BLOCKS; block++) {
            List<Value> own = vectors.subList(6 * block, 6 * block + 6);
            int seed = 10 * (block + 1);
            x =
                    branches.attention(
                            id(block, BranchKind.ATTENTION),
                            branches.enter(block, Stream.IMAGE, x),
                            own.get(2),
                            attention(graph, seed, own));
            x =
                    branches.tokenwise(
                            id(block, BranchKind.MLP),
                            between(graph, branches, block, x, context),
                            own.get(5),
                            rows -> mlp(graph, seed + 5, modulated(graph, rows, own, 3)));
        }
        return latent(graph, branches.hidden(branches.enter(BLOCKS, Stream.IMAGE, x)));
    }

    /** {@code [batch, tokens, width]}. */
    private static Value tokens(GraphBuilder graph, Value latent) {
        Value cells = graph.transpose(graph.reshape(latent, 0, CHANNELS, TOKENS), 0, 2, 1);
        return graph.add(
                graph.op("MatMul", cells, numbers(graph, 3, 1, CHANNELS, WIDTH)),
                numbers(graph, 4, 0.5, 1, TOKENS, WIDTH));
    }

    /** Undoes it, after a last layer. */
    private static Value latent(GraphBuilder graph, Value hidden) {
        Value output =
                graph.op(
                        "MatMul",
                        graph.layerNorm(hidden, WIDTH, EPSILON),
                        numbers(graph, 5, 0.3, WIDTH, CHANNELS));
        return graph.reshape(graph.transpose(output, 0, 2, 1), -1, CHANNELS, SIDE, SIDE);
    }

    /** {@code [rows, width]}. */
    static Value time(GraphBuilder graph, Value timestep) {
        Value angles =
                graph.multiply(
                        graph.unsqueeze(timestep, 1),
                        graph.constant(new float[] {0.001f, 0.004f, 0.02f, 0.1f}, 1, WIDTH / 2));
        return graph.concat(1, graph.op("Cos", angles), graph.op("Sin", angles));
    }

    private static Value modulated(GraphBuilder graph, Value x, List<Value> own, int first) {
        Value scale = graph.add(own.get(first + 1), graph.scalar(1));
        return graph.add(graph.multiply(graph.layerNorm(x, WIDTH, EPSILON), scale), own.get(first));
    }

    private static Attention attention(GraphBuilder graph, int seed, List<Value> own) {
        return Attention.of(
                Attention.Heads.of(HEADS),
                (rows, which) -> {
                    Value x = modulated(graph, rows, own, 0);
                    Value[] qkv = new Value[3];
                    Arrays.setAll(qkv, i -> multiplied(graph, x, seed + i));
                    return new Attention.Projected(qkv[0], qkv[1], qkv[2]);
                },
                (rows, mixed) -> multiplied(graph, mixed, seed + 3));
    }

    static Value multiplied(GraphBuilder graph, Value x, int seed) {
        return graph.op("MatMul", x, numbers(graph, seed, 0.5, WIDTH, WIDTH));
    }

    private static Value mlp(GraphBuilder graph, int seed, Value x) {
        Value inner =
                graph.geluTanh(graph.op("MatMul", x, numbers(graph, seed, 0.5, WIDTH, 2 * WIDTH)));
        return graph.op("MatMul", inner, numbers(graph, seed + 1, 0.5, 2 * WIDTH, WIDTH));
    }

    /** Arbitrary numbers that are always the same. */
    static Value numbers(GraphBuilder graph, int seed, double size, int... shape) {
        float[] values = Numbers.normal(seed, size, shape).toArray();
        return graph.constant(values, Arrays.stream(shape).asLongStream().toArray());
    }
}
