package org.clusca.component;

import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Cost;

/** Timesteps, guidance scales and pooled text as vectors of the network's width. */
public final class Embedders {
    /** Width of the sinusoid that a number becomes. */
    public static final int SINUSOID = 256;

    private Embedders() {}

    /**
     * @param numbers {@code [rows]}
     * @param divisor frequencies are {@code 10000^(-i/divisor)}
     * @return {@code [rows, 256]}: cosines, then sines
     */
    public static Value sinusoid(GraphBuilder graph, Value numbers, int divisor) {
        int half = SINUSOID / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            // in float32, as the originals do: a scale of 3500 would show the difference
            float exponent = (float) -Math.log(10000) * i / divisor;
            frequencies[i] = (float) Math.exp(exponent);
        }
        Value angles =
                graph.multiply(graph.unsqueeze(numbers, 1), graph.constant(frequencies, 1, half));
        return graph.concat(1, graph.op("Cos", angles), graph.op("Sin", angles));
    }

    /** {@code PREFIX.linear_1}, SiLU, {@code PREFIX.linear_2}. */
    public static Value mlp(GraphBuilder graph, Value x, String prefix, int in, int width) {
        Value inner = graph.silu(graph.linear(x, 2, prefix + ".linear_1", in, width));
        return graph.linear(inner, 2, prefix + ".linear_2", width, width);
    }

    /** Of one row through {@link #mlp}. */
    public static Cost mlpCost(int in, int width) {
        return Cost.sum(
                Cost.linear(1, in, width), Cost.silu(1, width), Cost.linear(1, width, width));
    }
}
