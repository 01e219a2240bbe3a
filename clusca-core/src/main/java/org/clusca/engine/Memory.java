package org.clusca.engine;

import java.util.Locale;
import java.util.Optional;
import org.clusca.api.cache.Requirements;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.engine.trunk.Trunk;
import org.clusca.video.VideoTiles;

/**
 * Estimates, made before anything is allocated, of what a run needs, against what the machine has.
 */
public final class Memory {
    private Memory() {}

    /** Bytes of all tensors of a component as float32, which is how the CPU provider holds them. */
    public static long weights(Weights weights) {
        return Float.BYTES * weights.elements();
    }

    /**
     * What a request needs.
     *
     * @param weights that are still to be loaded and stay
     * @param encoders that are still to be loaded
     */
    static MemoryPlan plan(
            Request request, Model model, TransformerSpec spec, long weights, long encoders) {
        // a million pictures are too many for any machine, and their bytes can still be counted
        long images = Math.min(images(request), 1 << 20);
        long batch = Conditioning.guided(request, model.conditioner()) ? 2 * images : images;
        long widest =
                spec.branches().stream()
                        .mapToLong(branch -> 4L * branch.tokens() * branch.width() * 12)
                        .max()
                        .orElse(0);
        Requirements requirements = request.policy().requirements(spec.branches());
        Optional<LatentCodec> codec = request.decode() ? model.codec() : Optional.empty();
        return new MemoryPlan(
                weights,
                encoders,
                widest * batch,
                Trunk.cacheBytes(requirements, request.cachePrecision(), spec, batch)
                        + OutputForecast.bytes(requirements, spec, images),
                codec.map(c -> decoding(c, request.tiles(), spec, images, request.frames() == null))
                        .orElse(0L));
    }

    /** Images asked for, also where they are more than can be numbered. */
    static long images(Request request) {
        return (long) request.conditions().size() * request.count();
    }

    /**
     * Four of the widest feature maps of what is decoded at once: all pictures, or one tile.
     *
     * @param kept whether the frames of videos are kept until all are decoded
     */
    private static long decoding(
            LatentCodec codec, VideoTiles tiles, TransformerSpec spec, long images, boolean kept) {
        int[] latent = spec.latentShape();
        long height = (long) latent[latent.length - 2] * codec.scale();
        long width = (long) latent[latent.length - 1] * codec.scale();
        if (latent.length == 3) {
            return 16 * height * width * codec.widestChannels() * images;
        }
        long frames = (spec.latentFrames() - 1L) * codec.temporalScale() + 1;
        long span = Math.min(frames, 1L + tiles.frames().size());
        long tile =
                span
                        * Math.min(height, tiles.height().size())
                        * Math.min(width, tiles.width().size());
        // beside the tile: the span of frames that it belongs to, the one before, rows of tiles
        return 16 * tile * codec.widestChannels()
                + 36 * span * height * width
                + (kept ? 12 * images * frames * height * width : 0);
    }

    /** Bytes in words. */
    public static String gib(long bytes) {
        if (bytes >= 1L << 30) {
            return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
        }
        return bytes >= 1L << 20
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20))
                : String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
}
