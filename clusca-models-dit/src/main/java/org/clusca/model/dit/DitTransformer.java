package org.clusca.model.dit;

import static java.util.Objects.requireNonNull;
import static org.clusca.model.dit.DitConfig.TIMESTEP_CHANNELS;

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
import org.clusca.component.Embedders;

/** DiT (arXiv 2212.09748), written with diffusers' names of its weights. */
final class DitTransformer implements Transformer {
    private static final double EPSILON = 1e-6;

    /** Name of the class number among the condition's rows. */
    static final String LABEL = "label";

    private final DitConfig config;
    private final Weights weights;

    DitTransformer(DitConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public TransformerSpec spec() {
        int n = config.tokens();
        int c = config.width();
        int patchArea = config.patch() * config.patch();
        Cost attention =
                Cost.sum(
                        Cost.norm(n, c),
                        Cost.linear(n, c, 3 * c),
                        Cost.attention(n, n, config.heads(), c),
                        Cost.linear(n, c, c));
        Cost mlp =
                Cost.sum(
                        Cost.norm(n, c),
                        Cost.linear(n, c, 4 * c),
                        Cost.gelu(n, 4 * c),
                        Cost.linear(n, 4 * c, c));
        List<Branch> branches = new ArrayList<>();
        for (int block = 0; block < config.blocks(); block++) {
            branches.add(
                    new Branch(
                            new BranchId(block, Stream.IMAGE, BranchKind.ATTENTION),
                            n,
                            c,
                            attention,
                            Cost.NONE));
            branches.add(
                    new Branch(
                            new BranchId(block, Stream.IMAGE, BranchKind.MLP),
                            n,
                            c,
                            Cost.NONE,
                            mlp));
        }
        // as diffusers lays the weights out, every block has embedders of its own
        Cost embedder = Embedders.mlpCost(TIMESTEP_CHANNELS, c);
        return TransformerSpec.builder()
                .latentShape(new int[] {config.channels(), config.size(), config.size()})
                .outputChannels(config.outputChannels())
                .guidedChannels(config.guidedChannels())
                .gridWidth(config.grid())
                .branches(branches)
                .modulationWidth(config.modulationWidth())
                .conditionRows(Map.of(LABEL, new int[0]))
                .fixed(
                        Cost.sum(
                                Cost.linear(n, patchArea * config.channels(), c),
                                Cost.norm(n, c),
                                Cost.linear(n, c, patchArea * config.outputChannels())))
                .blockModulations(
                        Cost.silu(1, c).plus(Cost.linear(1, c, 6 * c)).times(config.blocks()))
                .conditioning(
                        Cost.sum(
                                embedder.times(config.blocks()),
                                Cost.silu(1, c),
                                Cost.linear(1, c, 2 * c)))
                .build();
    }

    @Override
    public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        Value sinusoid = Embedders.sinusoid(graph, timestep, config.frequencyDivisor());
        Value label = graph.op("Cast", Map.of("to", 7), requireNonNull(condition.get(LABEL)));
        List<Value> parts = new ArrayList<>();
        for (int block = 0; block < config.blocks(); block++) {
            String norm = "transformer_blocks." + block + ".norm1";
            Value six =
                    graph.linear(
                            embedding(graph, norm + ".emb", sinusoid, label),
                            2,
                            norm + ".linear",
                            config.width(),
                            6 * config.width());
            parts.add(scalesFromOne(graph, six, 6, 1, 4));
        }
        // the last layer has no embedding of its own
        Value last = embedding(graph, "transformer_blocks.0.norm1.emb", sinusoid, label);
        parts.add(
                scalesFromOne(
                        graph,
                        graph.linear(last, 2, "proj_out_1", config.width(), 2 * config.width()),
                        2,
                        1));
        return graph.concat(1, parts.toArray(new Value[0]));
    }

    private Value embedding(GraphBuilder graph, String prefix, Value sinusoid, Value label) {
        int width = config.width();
        Value time =
                Embedders.mlp(
                        graph, sinusoid, prefix + ".timestep_embedder", TIMESTEP_CHANNELS, width);
        Value table =
                graph.weight(
                        prefix + ".class_embedder.embedding_table.weight",
                        config.classes() + 1,
                        width);
        return graph.silu(graph.add(time, graph.op("Gather", table, label)));
    }

    /** A layer is scaled by 1 + scale: the 1 is added here, once, instead of at every step. */
    private Value scalesFromOne(GraphBuilder graph, Value vectors, int count, int... scales) {
        float[] ones = new float[count * config.width()];
        for (int scale : scales) {
            Arrays.fill(ones, scale * config.width(), (scale + 1) * config.width(), 1);
        }
        return graph.add(vectors, graph.constant(ones, 1, ones.length));
    }

    @Override
    public Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value latent,
            Value modulation,
            Map<String, Value> context) {
        List<Value> vectors =
                graph.split(graph.unsqueeze(modulation, 1), 2, 6 * config.blocks() + 2);
        Value x = embed(graph, latent);
        Value embedded = x;
        branches.input(() -> modulated(graph, embedded, vectors.get(0), vectors.get(1), EPSILON));
        for (int block = 0; block < config.blocks(); block++) {
            List<Value> own = vectors.subList(6 * block, 6 * block + 6);
            String prefix = "transformer_blocks." + block;
            x = branches.enter(block, Stream.IMAGE, x);
            x =
                    branches.attention(
                            new BranchId(block, Stream.IMAGE, BranchKind.ATTENTION),
                            x,
                            own.get(2),
                            attention(graph, prefix + ".attn1", own.get(0), own.get(1)));
            x =
                    branches.tokenwise(
                            new BranchId(block, Stream.IMAGE, BranchKind.MLP),
                            x,
                            own.get(5),
                            rows ->
                                    mlp(
                                            graph,
                                            prefix + ".ff.net",
                                            modulated(
                                                    graph,
                                                    rows,
                                                    own.get(3),
                                                    own.get(4),
                                                    config.mlpNormEpsilon())));
        }
        x = branches.hidden(branches.enter(config.blocks(), Stream.IMAGE, x));
        Value shift = vectors.get(6 * config.blocks());
        Value scale = vectors.get(6 * config.blocks() + 1);
        return unpatch(graph, modulated(graph, x, shift, scale, EPSILON));
    }

    /**
     * {@code [batch, channels, size, size]} to tokens {@code [batch, tokens, width]} with their
     * positions.
     */
    private Value embed(GraphBuilder graph, Value latent) {
        Value patches =
                graph.convolution(
                        latent,
                        "pos_embed.proj",
                        config.channels(),
                        config.width(),
                        config.patch(),
                        config.patch(),
                        0);
        Value tokens =
                graph.transpose(
                        graph.reshape(patches, 0, config.width(), config.tokens()), 0, 2, 1);
        return graph.add(
                tokens,
                graph.constant(
                        Positions.table(config.width(), config.grid()),
                        1,
                        config.tokens(),
                        config.width()));
    }

    private Value modulated(GraphBuilder graph, Value x, Value shift, Value scale, double epsilon) {
        return graph.add(graph.multiply(graph.layerNorm(x, config.width(), epsilon), scale), shift);
    }

    private Attention attention(GraphBuilder graph, String prefix, Value shift, Value scale) {
        int width = config.width();
        return Attention.of(
                Attention.Heads.of(config.heads()),
                (rows, which) -> {
                    Value x = modulated(graph, rows, shift, scale, EPSILON);
                    return new Attention.Projected(
                            graph.linear(x, 3, prefix + ".to_q", width, width),
                            graph.linear(x, 3, prefix + ".to_k", width, width),
                            graph.linear(x, 3, prefix + ".to_v", width, width));
                },
                (rows, mixed) -> graph.linear(mixed, 3, prefix + ".to_out.0", width, width));
    }

    private Value mlp(GraphBuilder graph, String prefix, Value x) {
        int width = config.width();
        Value rows = graph.flatten(x, width);
        Value inner = graph.geluTanh(graph.linear(rows, 2, prefix + ".0.proj", width, 4 * width));
        return graph.unflatten(
                graph.linear(inner, 2, prefix + ".2", 4 * width, width), x, 3, width);
    }

    /** Tokens to {@code [batch, outputChannels, size, size]}. */
    private Value unpatch(GraphBuilder graph, Value x) {
        int p = config.patch();
        int out = config.outputChannels();
        Value patches = graph.linear(x, 3, "proj_out_2", config.width(), p * p * out);
        Value grid = graph.reshape(patches, -1, config.grid(), config.grid(), p, p, out);
        return graph.reshape(
                graph.transpose(grid, 0, 5, 1, 3, 2, 4), -1, out, config.size(), config.size());
    }
}
