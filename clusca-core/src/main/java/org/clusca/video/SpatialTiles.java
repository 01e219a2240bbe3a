package org.clusca.video;

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
    private final int temporalScale;
    private final TileDecoder decoder;
    private final TileMemory memory;

    SpatialTiles(
            VideoTiles tiles,
            int scale,
            int temporalScale,
            TileDecoder decoder,
            TileMemory memory) {
        this.tiles = tiles;
        this.scale = scale;
        this.temporalScale = temporalScale;
        this.decoder = decoder;
        this.memory = memory;
        latentHeight = tiles.height().latent("height", scale);
        latentWidth = tiles.width().latent("width", scale);
    }

    /**
     * @param latent {@code [1, channels, frames, height, width]}
     * @return to be given back to the memory
     */
    Tensor decode(Tensor latent) {
        int height = latent.dimension(HEIGHT);
        int width = latent.dimension(WIDTH);
        if (height <= latentHeight.size() && width <= latentWidth.size()) {
            return decoded(latent);
        }
        Tensor result = empty(latent);
        @Nullable Tensor[] above = new Tensor[(width - 1) / latentWidth.stride() + 1];
        for (long y = 0; y < height; y += latentHeight.stride()) {
            Tensor row = cut(latent, HEIGHT, (int) y, latentHeight.size());
            Tensor left = null;
            for (int column = 0; column < above.length; column++) {
                int x = column * latentWidth.stride();
                Tensor part = cut(row, WIDTH, x, latentWidth.size());
                Tensor tile = decoded(part);
                memory.give(part);
                Tensor up = above[column];
                if (up != null) {
                    Volume.blend(up, tile, HEIGHT, 0, tiles.height().overlap());
                }
                if (left != null) {
                    Volume.blend(left, tile, WIDTH, 0, tiles.width().overlap());
                }
                place(tile, result, (int) y * scale, x * scale);
                memory.give(up);
                above[column] = tile;
                left = tile;
            }
            memory.give(row);
        }
        for (Tensor tile : above) {
            memory.give(tile);
        }
        return result;
    }

    private Tensor decoded(Tensor latent) {
        Tensor target = empty(latent);
        decoder.decode(latent, target);
        return target;
    }

    /** For what a latent becomes. */
    private Tensor empty(Tensor latent) {
        return memory.take(
                1,
                3,
                (latent.dimension(2) - 1) * temporalScale + 1,
                latent.dimension(HEIGHT) * scale,
                latent.dimension(WIDTH) * scale);
    }

    private Tensor cut(Tensor latent, int axis, int from, int size) {
        int to = (int) Math.min(latent.dimension(axis), (long) from + size);
        return memory.slice(latent, axis, from, to);
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
