package org.clusca.model.hunyuan;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.component.Patches;
import org.clusca.component.Rotary;
import org.clusca.component.TimeTextEmbedding;

/**
 * The transformer of HunyuanVideo, written with diffusers' names of its weights. Image tokens stand
 * before text tokens; both streams see one attention, in which padding of the text is left out.
 *
 * <p>The refined text depends on text and timestep alone, as the modulations do: it is computed
 * with them ahead of the loop, and a row of {@link #modulation} holds it behind the vectors.
 */
final class HunyuanTransformer implements Transformer {
    /** Pooled text {@code [rows, pooledWidth]}. */
    static final String POOLED = "pooled";

    /** Guidance scale times 1000 {@code [rows]}, where the network takes one. */
    static final String GUIDANCE = "guidance";

    /** States of the text encoder {@code [rows, text tokens, textWidth]}. */
    static final String TEXT = "text";

    /** Which of them are tokens, {@code [rows, text tokens]}: 1, or 0 for padding. */
    static final String MASK = "mask";

    /** Frames, rows and columns of latents that a network without a video is shown with. */
    static final int[] USUAL = {16, 68, 120};

    static final int USUAL_TEXT = 256;

    private static final int INT32 = 6;

    private final HunyuanConfig config;
    private final Weights weights;

    HunyuanTransformer(HunyuanConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    HunyuanConfig config() {
        return config;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    TokenRefiner refiner() {
        return new TokenRefiner(
                config.refinerBlocks(),
                config.textWidth(),
                config.blocks().width(),
                config.blocks().heads());
    }

    @Override
    public TransformerSpec spec() {
        return spec(new int[] {config.channels(), USUAL[0], USUAL[1], USUAL[2]}, USUAL_TEXT);
    }

    @Override
    public TransformerSpec spec(int[] latentShape, int textTokens) {
        int[] grid = config.patches().grid(latentShape);
        int n = grid[0] * grid[1] * grid[2];
        int c = config.blocks().width();
        Map<String, int[]> condition = new HashMap<>();
        condition.put(POOLED, new int[] {config.pooledWidth()});
        condition.put(TEXT, new int[] {textTokens, config.textWidth()});
        condition.put(MASK, new int[] {textTokens});
        if (config.guidance()) {
            condition.put(GUIDANCE, new int[0]);
        }
        return TransformerSpec.builder()
                .latentShape(latentShape)
                .gridWidth(grid[2])
                .branches(config.blocks().branches(n, textTokens))
                .modulationWidth(config.blocks().modulationWidth() + textTokens * c)
                .conditionRows(condition)
                .contextRows(Map.of(MASK, new int[] {textTokens}))
                .positions(
                        Rotary.of(config.theta(), config.axes(), grid, 0, textTokens).positions())
                .fixed(
                        Cost.sum(
                                Cost.linear(n, config.patches().width(), c),
                                Cost.norm(n, c),
                                Cost.linear(n, c, config.patches().width())))
                .blockModulations(config.blocks().modulationCost())
                .conditioning(
                        Cost.sum(
                                embedding().cost(),
                                Cost.silu(1, c),
                                Cost.linear(1, c, 2 * c),
                                refiner().cost(textTokens)))
                .build();
    }

    @Override
    public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        Value text =
                refiner()
                        .refine(
                                graph,
                                timestep,
                                requireNonNull(condition.get(TEXT)),
                                requireNonNull(condition.get(MASK)))
                        .output();
        return graph.concat(
                1,
                config.blocks().modulation(graph, embedding(graph, timestep, condition)),
                graph.op("Flatten", text));
    }

    /** Of timestep, guidance and pooled text: {@code [rows, width]}. */
    Value embedding(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        return embedding()
                .embed(
                        graph,
                        timestep,
                        Optional.ofNullable(condition.get(GUIDANCE)),
                        requireNonNull(condition.get(POOLED)));
    }

    private TimeTextEmbedding embedding() {
        return new TimeTextEmbedding(
                "time_text_embed.",
                config.pooledWidth(),
                config.blocks().width(),
                config.guidance());
    }

    @Override
    public Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value latent,
            Value modulation,
            Map<String, Value> context) {
        int c = config.blocks().width();
        int vectors = config.blocks().modulationWidth();
        Patches patches = config.patches();
        Value image = embedded(graph, patches.tokens(graph, latent));
        Value text = graph.reshape(graph.slice(modulation, 1, vectors, Long.MAX_VALUE), 0, -1, c);
        Value hidden =
                config.blocks()
                        .forward(
                                graph,
                                branches,
                                image,
                                text,
                                graph.slice(modulation, 1, 0, vectors),
                                context,
                                Optional.of(mask(graph, image, requireNonNull(context.get(MASK)))));
        Value output = graph.linear(hidden, 3, "proj_out", c, patches.width());
        return patches.latent(graph, output, latent);
    }

    /** A convolution whose stride is its kernel: a linear layer over what a token holds. */
    private Value embedded(GraphBuilder graph, Value tokens) {
        int c = config.blocks().width();
        int in = config.patches().width();
        int patch = config.patch();
        Value kernel =
                graph.weight("x_embedder.proj.weight", c, config.channels(), 1, patch, patch);
        Value flat =
                graph.op(
                        "Gemm",
                        Map.of("transB", 1),
                        graph.flatten(tokens, in),
                        graph.reshape(kernel, c, in),
                        graph.weight("x_embedder.proj.bias", c));
        return graph.unflatten(flat, tokens, 3, c);
    }

    /** Of the joint sequence: all image tokens, and the text's without its padding. */
    private static Value mask(GraphBuilder graph, Value image, Value text) {
        Value shape = graph.op("Shape", Map.of("start", 0, "end", 2), image);
        Value ones = graph.op("Expand", graph.scalar(1), shape);
        return graph.op("Cast", Map.of("to", INT32), graph.concat(1, ones, text));
    }
}
