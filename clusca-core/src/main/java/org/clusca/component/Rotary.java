package org.clusca.component;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;

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
        int tokens = before + count + after;
        float[] cos = new float[tokens * half];
        float[] sin = new float[tokens * half];
        // position 0, which does not turn
        Arrays.fill(cos, 1);
        int column = 0;
        int inner = count;
        for (int axis = 0; axis < channels.length; axis++) {
            int width = channels[axis] / 2;
            inner /= grid[axis];
            // a position's angles are the same wherever it stands: worked out once, then copied
            float[][] angles = angles(theta, channels[axis], grid[axis]);
            for (int cell = 0; cell < count; cell++) {
                int at = (before + cell) * half + column;
                int from = cell / inner % grid[axis] * width;
                System.arraycopy(angles[0], from, cos, at, width);
                System.arraycopy(angles[1], from, sin, at, width);
            }
            column += width;
        }
        return new Rotary(Tensor.of(cos, tokens, half), Tensor.of(sin, tokens, half));
    }

    /** Cosines, then sines, of the positions along one axis: {@code [positions, channels / 2]}. */
    private static float[][] angles(double theta, int channels, int positions) {
        int width = channels / 2;
        float[][] angles = new float[2][positions * width];
        for (int i = 0; i < positions * width; i++) {
            double angle = i / width / Math.pow(theta, 2.0 * (i % width) / channels);
            angles[0][i] = (float) Math.cos(angle);
            angles[1][i] = (float) Math.sin(angle);
        }
        return angles;
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
     * @param positions of the tokens in the tables, as {@link Attention.Rows#positions}
     * @param tables {@link #COS} and {@link #SIN}
     */
    public static Value turn(
            GraphBuilder graph, Value x, Value positions, Map<String, Value> tables, int heads) {
        return graph.op(
                "com.microsoft:RotaryEmbedding",
                Map.of("interleaved", 1, "num_heads", heads),
                x,
                positions,
                requireNonNull(tables.get(COS)),
                requireNonNull(tables.get(SIN)));
    }
}
