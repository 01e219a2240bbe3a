package org.clusca.video;

import java.util.function.UnaryOperator;
import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/** Decodes the pictures of a span of frames in overlapping tiles, row by row. */
final class SpatialTiles {
    private static final int HEIGHT = 3;
    private static final int WIDTH = 4;

    private final VideoTiles tiles;
    private final VideoTiles.Axis latentHeight;
    private final VideoTiles.Axis latentWidth;
    private final int scale;
    private final UnaryOperator<Tensor> decode;

    SpatialTiles(VideoTiles tiles, int scale, UnaryOperator<Tensor> decode) {
        this.tiles = tiles;
        this.scale = scale;
        this.decode = decode;
        latentHeight = tiles.height().latent("height", scale);
        latentWidth = tiles.width().latent("width", scale);
    }

    /**
     * @param latent {@code [1, channels, frames, height, width]}
     */
    Tensor decode(Tensor latent) {
        int height = latent.dimension(HEIGHT);
        int width = latent.dimension(WIDTH);
        if (height <= latentHeight.size() && width <= latentWidth.size()) {
            return decode.apply(latent);
        }
        @Nullable Tensor[] above = new Tensor[(width - 1) / latentWidth.stride() + 1];
        Tensor result = null;
        for (long y = 0; y < height; y += latentHeight.stride()) {
            Tensor row = cut(latent, HEIGHT, (int) y, latentHeight.size());
            Tensor left = null;
            for (int column = 0; column < above.length; column++) {
                int x = column * latentWidth.stride();
                Tensor tile = decode.apply(cut(row, WIDTH, x, latentWidth.size()));
                Tensor up = above[column];
                if (up != null) {
                    Volume.blend(up, tile, HEIGHT, 0, tiles.height().overlap());
                }
                if (left != null) {
                    Volume.blend(left, tile, WIDTH, 0, tiles.width().overlap());
                }
                if (result == null) {
                    result = Tensor.zeros(1, 3, tile.dimension(2), height * scale, width * scale);
                }
                place(tile, result, (int) y * scale, x * scale);
                above[column] = tile;
                left = tile;
            }
        }
        if (result == null) {
            throw new IllegalArgumentException("Nothing to decode in " + latent);
        }
        return result;
    }

    private static Tensor cut(Tensor latent, int axis, int from, int size) {
        int to = (int) Math.min(latent.dimension(axis), (long) from + size);
        return Volume.slice(latent, axis, from, to);
    }

    /** Puts a tile where it belongs; tiles that follow overwrite what they share with it. */
    private static void place(Tensor tile, Tensor result, int top, int left) {
        int width = tile.dimension(WIDTH);
        int height = tile.dimension(HEIGHT);
        int planes = tile.dimension(1) * tile.dimension(2);
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < height; y++) {
                int to =
                        (plane * result.dimension(HEIGHT) + top + y) * result.dimension(WIDTH)
                                + left;
                result.data().put(to, tile.data(), (plane * height + y) * width, width);
            }
        }
    }
}
