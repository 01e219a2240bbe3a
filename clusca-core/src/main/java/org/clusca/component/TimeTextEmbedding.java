package org.clusca.component;

import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Cost;

/**
 * Timestep, guidance scale and pooled text as one vector, the sum of their embeddings, with
 * diffusers' names of the weights.
 *
 * @param prefix of the weights, with its last dot
 * @param pooledWidth of the pooled text
 * @param guidance whether there is a guidance scale
 */
public record TimeTextEmbedding(String prefix, int pooledWidth, int width, boolean guidance) {
    /** Frequencies are {@code 10000^(-i/128)}. */
    private static final int DIVISOR = Embedders.SINUSOID / 2;

    /** Of one row. */
    public Cost cost() {
        return Embedders.mlpCost(Embedders.SINUSOID, width)
                .times(guidance ? 2 : 1)
                .plus(Embedders.mlpCost(pooledWidth, width));
    }

    /**
     * @param timestep {@code [rows]}, 0 to 1000
     * @param scale the guidance scale times 1000, {@code [rows]}
     * @param pooled {@code [rows, pooledWidth]}
     * @return {@code [rows, width]}
     */
    public Value embed(GraphBuilder graph, Value timestep, Optional<Value> scale, Value pooled) {
        Value sum = sinusoidal(graph, timestep, "timestep_embedder");
        if (guidance) {
            sum = graph.add(sum, sinusoidal(graph, scale.orElseThrow(), "guidance_embedder"));
        }
        return graph.add(
                sum, Embedders.mlp(graph, pooled, prefix + "text_embedder", pooledWidth, width));
    }

    private Value sinusoidal(GraphBuilder graph, Value numbers, String name) {
        return Embedders.mlp(
                graph,
                Embedders.sinusoid(graph, numbers, DIVISOR),
                prefix + name,
                Embedders.SINUSOID,
                width);
    }
}
