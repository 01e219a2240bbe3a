package org.clusca.component;

import java.util.Arrays;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * Rotary position embeddings over several axes (RoFormer, arXiv 2104.09864): a head's channels are
 * dealt out to the axes, and within an axis neighbouring channels are turned together.
 *
 * @param cos {@code [tokens, head size / 2]}
 * @param sin the same shape
 */
public record Rotary(Tensor cos, Tensor sin) {
    /** Names of the tables among a transformer's positions. */
    public static final String COS = "rotary_cos";

    public static final String SIN = "rotary_sin";

    /**
     * Tables of a grid, the last axis fastest, with tokens that are not turned before or after it.
     *
     * @param channels of each axis; even
     * @param grid tokens along each axis
     * @param before tokens at position 0 of every axis, ahead of the grid
     * @param after such tokens behind the grid
     */
    public static Rotary of(double theta, int[] channels, int[] grid, int before, int after) {
        int half = 0;
        int count = 1;
        for (int axis = 0; axis < channels.length; axis++) {
            half += channels[axis] / 2;
            count *= grid[axis];
        }
        Tensor cos = Tensor.zeros(before + count + after, half);
        Tensor sin = Tensor.zeros(before + count + after, half);
        for (int token = 0; token < before + count + after; token++) {
            int rest = token - before;
            boolean turned = rest >= 0 && rest < count;
            int column = half;
            for (int axis = channels.length - 1; axis >= 0; axis--) {
                int position = turned ? rest % grid[axis] : 0;
                rest /= grid[axis];
                column -= channels[axis] / 2;
                for (int i = 0; i < channels[axis] / 2; i++) {
                    double angle = position / Math.pow(theta, 2.0 * i / channels[axis]);
                    cos.data().put(token * half + column + i, (float) Math.cos(angle));
                    sin.data().put(token * half + column + i, (float) Math.sin(angle));
                }
            }
        }
        return new Rotary(cos, sin);
    }

    /**
     * @throws CluscaException INVALID_MODEL when the channels of the axes do not make up a head
     */
    public static int[] requireAxes(int[] channels, int axes, int headSize) {
        if (channels.length != axes
                || Arrays.stream(channels).sum() != headSize
                || Arrays.stream(channels).anyMatch(a -> a < 0 || a % 2 != 0)) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    "The rotary axes "
                            + Arrays.toString(channels)
                            + " must be "
                            + axes
                            + " even numbers that make up a head's "
                            + headSize
                            + " channels.");
        }
        return channels;
    }

    /** As inputs of a trunk. */
    public Map<String, Tensor> positions() {
        return Map.of(COS, cos, SIN, sin);
    }

    /**
     * Turns queries or keys.
     *
     * @param x {@code [batch, tokens, heads * size]}
     * @param tables {@link #COS} and {@link #SIN}
     */
    static Value turn(GraphBuilder graph, Value x, Map<String, Value> tables, int heads) {
        return graph.op(
                "com.microsoft:RotaryEmbedding",
                Map.of("interleaved", 1, "num_heads", heads),
                x,
                graph.constant(new long[] {0}),
                tables.get(COS),
                tables.get(SIN));
    }
}
