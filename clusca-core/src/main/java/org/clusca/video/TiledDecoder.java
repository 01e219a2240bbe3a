package org.clusca.video;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.io.FrameSink;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a latent video tile by tile and hands over frames as soon as they are finished. Tiles
 * overlap and are blended linearly: in space within a span of frames, then one span into the next.
 * The result is that of diffusers' AutoencoderKLHunyuanVideo with the same tiles.
 *
 * <p>However long the video is, no more is held than one span of frames, what the next one is
 * blended with, and two rows of tiles. Used by one thread; keeps its memory for the next video.
 */
public final class TiledDecoder {
    private final VideoTiles tiles;
    private final VideoTiles.Axis latentFrames;
    private final int temporalScale;
    private final SpatialTiles spatial;
    private final TileMemory memory = new TileMemory();

    /**
     * @param scale pixels per latent cell
     * @param temporalScale frames per latent frame, the first one excepted
     * @param decoder of one tile
     * @throws CluscaException INVALID_PARAMETER for tiles that the scales do not divide
     */
    public TiledDecoder(VideoTiles tiles, int scale, int temporalScale, TileDecoder decoder) {
        this.tiles = tiles;
        this.temporalScale = temporalScale;
        latentFrames = tiles.frames().latent("time", temporalScale);
        spatial = new SpatialTiles(tiles, scale, temporalScale, decoder, memory);
    }

    /**
     * @param latent {@code [1, channels, frames, height, width]}
     * @param sink gets {@code (frames - 1) * temporalScale + 1} frames in order
     */
    public void decode(Tensor latent, FrameSink sink) {
        if (latent.rank() != 5 || latent.dimension(0) != 1 || latent.size() == 0) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Expected one latent video [1, channels, frames, height, width], found "
                            + latent
                            + ".");
        }
        int count = latent.dimension(2);
        Frames frames = new Frames(sink);
        if (count <= latentFrames.size()) {
            Tensor whole = spatial.decode(latent);
            frames.emit(whole, 0, Integer.MAX_VALUE);
            memory.give(whole);
            return;
        }
        int overlap = tiles.frames().overlap();
        Tensor before = null;
        // a last span of one latent frame would only repeat what the one before has decoded
        for (int from = 0; from == 0 || from < count - 1; from += latentFrames.stride()) {
            int to = Math.min(count, from + latentFrames.size() + 1);
            Tensor part = memory.slice(latent, 2, from, to);
            Tensor span = spatial.decode(part);
            memory.give(part);
            // a span starts from the last frame of the stride before, decoded without its past
            int first = from == 0 ? 0 : 1;
            if (before != null) {
                Volume.blend(before, span, 2, first, overlap);
            }
            frames.emit(span, first, tiles.frames().stride() + (from == 0 ? 1 : 0));
            int length = span.dimension(2);
            memory.give(before);
            before = memory.slice(span, 2, Math.max(0, length - overlap), length);
            memory.give(span);
        }
    }

    /** Numbers the frames on their way to the sink. */
    private static final class Frames {
        private final FrameSink sink;
        private int next;
        private @Nullable Tensor frame;

        Frames(FrameSink sink) {
            this.sink = sink;
        }

        void emit(Tensor span, int first, int count) {
            int end = (int) Math.min(span.dimension(2), (long) first + count);
            for (int at = first; at < end; at++) {
                Tensor one = frame;
                if (one == null) {
                    one = Tensor.zeros(3, span.dimension(3), span.dimension(4));
                    frame = one;
                }
                Volume.copyFrame(span, at, one);
                sink.frame(next++, one);
            }
        }
    }
}
