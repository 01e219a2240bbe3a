package org.clusca.component;

import java.util.Arrays;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * Latents cut into square patches, one token each: of a picture {@code [channels, height, width]},
 * or of every frame of a video {@code [channels, frames, height, width]}. The tokens are in the
 * order of frames, rows and columns; a token holds its channels, and of each channel the rows and
 * columns of the patch.
 *
 * @param channels of the latent
 * @param side of a patch, in cells of the latent
 * @param frames whether there are frames
 */
public record Patches(int channels, int side, boolean frames) {
    /** What a token holds. */
    public int width() {
        return channels * side * side;
    }

    /**
     * Frames, rows and columns of tokens; one frame where there are none.
     *
     * @throws CluscaException INVALID_PARAMETER when the latent cannot be cut
     */
    public int[] grid(int[] latentShape) {
        int axes = frames ? 4 : 3;
        boolean fits =
                latentShape.length == axes
                        && latentShape[0] == channels
                        && Arrays.stream(latentShape).allMatch(length -> length > 0)
                        && latentShape[axes - 2] % side == 0
                        && latentShape[axes - 1] % side == 0;
        if (!fits) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A latent must be ["
                            + channels
                            + (frames ? ", frames" : "")
                            + ", height, width] with height and width divisible by "
                            + side
                            + ", found "
                            + Arrays.toString(latentShape)
                            + ".");
        }
        return new int[] {
            frames ? latentShape[1] : 1, latentShape[axes - 2] / side, latentShape[axes - 1] / side
        };
    }

    /**
     * @param latent {@code [batch, channels, height, width]}, or with frames
     * @return {@code [batch, tokens, width]}
     */
    public Value tokens(GraphBuilder graph, Value latent) {
        Value grid = grid(graph, latent);
        Value patch = graph.constant(new long[] {side});
        int row = frames ? 1 : 0;
        Value shape =
                graph.concat(
                        0,
                        frames ? graph.constant(0, 0, 0) : graph.constant(0, 0),
                        graph.slice(grid, 0, row, row + 1),
                        patch,
                        graph.slice(grid, 0, row + 1, row + 2),
                        patch);
        // [batch, channels, frames, row, row in patch, column, column in patch]
        Value split = graph.op("Reshape", latent, shape);
        Value ordered =
                frames
                        ? graph.transpose(split, 0, 2, 3, 5, 1, 4, 6)
                        : graph.transpose(split, 0, 2, 4, 1, 3, 5);
        return graph.reshape(ordered, 0, -1, width());
    }

    /**
     * Undoes {@link #tokens}.
     *
     * @param tokens {@code [batch, tokens, width]}
     * @param latent of the shape that the result has
     */
    public Value latent(GraphBuilder graph, Value tokens, Value latent) {
        Value shape =
                graph.concat(
                        0,
                        graph.constant(new long[] {0}),
                        grid(graph, latent),
                        graph.constant(channels, side, side));
        // [batch, frames, row, column, channels, row in patch, column in patch]
        Value split = graph.op("Reshape", tokens, shape);
        Value ordered =
                frames
                        ? graph.transpose(split, 0, 4, 1, 2, 5, 3, 6)
                        : graph.transpose(split, 0, 3, 1, 4, 2, 5);
        return graph.op("Reshape", ordered, graph.op("Shape", latent));
    }

    private Value grid(GraphBuilder graph, Value latent) {
        return graph.op(
                "Div",
                graph.op("Shape", Map.of("start", 2), latent),
                frames ? graph.constant(1, side, side) : graph.constant(side, side));
    }
}
