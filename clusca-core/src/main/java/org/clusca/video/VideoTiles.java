package org.clusca.video;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * How a video is cut for decoding, in pixels and frames of the result.
 *
 * @param height of a tile and of the way to the next one
 * @param width likewise; pictures that fit into one tile both ways are not cut
 * @param frames likewise; a tile has one frame more, which the causal decoder starts from
 */
public record VideoTiles(Axis height, Axis width, Axis frames) {
    /** One axis that is not cut. */
    public static final Axis WHOLE = new Axis(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** What the library calls tiling: tiles of 256 pixels and 16 frames, a quarter overlaps. */
    public static final VideoTiles DEFAULT =
            new VideoTiles(new Axis(256, 192), new Axis(256, 192), new Axis(16, 12));

    /**
     * @param size of a tile
     * @param stride from one tile to the next; what is left of the size overlaps and is blended
     */
    public record Axis(int size, int stride) {
        public Axis {
            if (stride < 1 || stride > size) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "Tiles of size "
                                + size
                                + " with a stride of "
                                + stride
                                + " overlap by "
                                + ((long) size - stride)
                                + ": the overlap must be at least 0 and smaller than the tile.");
            }
        }

        int overlap() {
            return size - stride;
        }

        /** In latent cells; an axis that is not cut stays so. */
        Axis latent(String name, int scale) {
            if (size == Integer.MAX_VALUE) {
                return this;
            }
            if (size % scale != 0 || stride % scale != 0) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "Tiles and their strides along the "
                                + name
                                + " must be multiples of "
                                + scale
                                + ", found "
                                + size
                                + " and "
                                + stride
                                + ".");
            }
            return new Axis(size / scale, stride / scale);
        }
    }

    /** Cut in time only, as the library does without being asked. */
    public VideoTiles inTimeOnly() {
        return new VideoTiles(WHOLE, WHOLE, frames);
    }
}
