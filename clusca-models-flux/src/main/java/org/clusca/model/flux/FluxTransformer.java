package org.clusca.model.flux;

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
 * The transformer of FLUX.1, written with diffusers' names of its weights. Text tokens stand before
 * image tokens; both streams see one attention.
 */
final class FluxTransformer implements Transformer {
    /** Pooled text {@code [rows, pooledWidth]}. */
    static final String POOLED = "pooled";

    /** Guidance scale {@code [rows]}, where the network takes one. */
    static final String GUIDANCE = "guidance";

    /**
     * States of the text encoder {@code [batch, text tokens, textWidth]}, prepared the text stream
     * {@code [batch, text tokens, width]}.
     */
    static final String TEXT = "text";

    /** Rows and columns of latents that a network without a picture is shown with. */
    static final int USUAL_CELLS = 128;

    private static final int USUAL_TEXT = 512;

    private static final double THETA = 10000;

    private final FluxConfig config;
    private final Weights weights;

    FluxTransformer(FluxConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    FluxConfig config() {
        return config;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public TransformerSpec spec() {
        return spec(new int[] {config.channels(), USUAL_CELLS, USUAL_CELLS}, USUAL_TEXT);
    }

    @Override
    public TransformerSpec spec(int[] latentShape, int textTokens) {
        int[] grid = config.patches().grid(latentShape);
        int n = grid[1] * grid[2];
        int c = config.blocks().width();
        Map<String, int[]> condition = new HashMap<>();
        condition.put(POOLED, new int[] {config.pooledWidth()});
        if (config.guidance()) {
            condition.put(GUIDANCE, new int[0]);
        }
        Rotary rotary = Rotary.of(THETA, config.axes(), grid, textTokens, 0);
        return TransformerSpec.builder()
                .latentShape(latentShape)
                .gridWidth(grid[2])
                .branches(config.blocks().branches(n, textTokens))
                .modulationWidth(config.blocks().modulationWidth())
                .conditionRows(condition)
                .contextRows(Map.of(TEXT, new int[] {textTokens, config.textWidth()}))
                .preparedRows(Map.of(TEXT, new int[] {textTokens, c}))
                .preparing(Cost.linear(textTokens, config.textWidth(), c))
                .positions(rotary.positions())
                .fixed(
                        Cost.sum(
                                Cost.linear(n, config.patches().width(), c),
                                Cost.norm(n, c),
                                Cost.linear(n, c, config.patches().width())))
                .blockModulations(config.blocks().modulationCost())
                .conditioning(
                        Cost.sum(embedding().cost(), Cost.silu(1, c), Cost.linear(1, c, 2 * c)))
                .build();
    }

    @Override
    public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        Optional<Value> scale =
                Optional.ofNullable(condition.get(GUIDANCE))
                        .map(guidance -> graph.multiply(guidance, graph.scalar(1000)));
        return config.blocks()
                .modulation(
                        graph,
                        embedding()
                                .embed(
                                        graph,
                                        timestep,
                                        scale,
                                        requireNonNull(condition.get(POOLED))));
    }

    private TimeTextEmbedding embedding() {
        return new TimeTextEmbedding(
                "time_text_embed.",
                config.pooledWidth(),
                config.blocks().width(),
                config.guidance());
    }

    @Override
    public Map<String, Value> prepared(GraphBuilder graph, Map<String, Value> context) {
        int c = config.blocks().width();
        Value states = requireNonNull(context.get(TEXT));
        return Map.of(TEXT, graph.linear(states, 3, "context_embedder", config.textWidth(), c));
    }

    @Override
    public Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value latent,
            Value modulation,
            Map<String, Value> context) {
        int c = config.blocks().width();
        Patches patches = config.patches();
        Value tokens = patches.tokens(graph, latent);
        Value image = graph.linear(tokens, 3, "x_embedder", patches.width(), c);
        Value hidden =
                config.blocks()
                        .forward(
                                graph,
                                branches,
                                image,
                                requireNonNull(context.get(TEXT)),
                                modulation,
                                context,
                                Optional.empty());
        Value output = graph.linear(hidden, 3, "proj_out", c, patches.width());
        return patches.latent(graph, output, latent);
    }
}
