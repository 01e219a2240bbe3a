package org.clusca.engine;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.TransformerSpec;
import org.clusca.io.FrameSink;
import org.clusca.onnx.OnnxSession;
import org.clusca.video.TiledDecoder;
import org.jspecify.annotations.Nullable;

/** From final latents to pictures, all at once, or to the frames of videos, tile by tile. */
final class Decoding {
    private final LatentCodec codec;
    private final OnnxSession session;
    private final Request request;
    private final Runnable check;

    /**
     * @param check is called ahead of every run; may throw
     */
    Decoding(LatentCodec codec, OnnxSession session, Request request, Runnable check) {
        this.codec = codec;
        this.session = session;
        this.request = request;
        this.check = check;
    }

    /**
     * @throws CluscaException INVALID_PARAMETER when the request's frames or tiles do not fit
     */
    static void check(Request request, TransformerSpec spec, LatentCodec codec) {
        if (spec.latentShape().length == 4) {
            tiled(request, codec, tile -> tile);
        } else if (request.frames() != null) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Frames were asked for, but the model makes pictures, not videos; take them"
                            + " from the result.");
        }
    }

    private static TiledDecoder tiled(
            Request request, LatentCodec codec, UnaryOperator<Tensor> decode) {
        return new TiledDecoder(request.tiles(), codec.scale(), codec.temporalScale(), decode);
    }

    /**
     * @param latents {@code [images, channels, height, width]}, or of videos {@code [images,
     *     channels, frames, height, width]}
     * @return {@code [images, 3, height, width]}; of videos {@code [images * frames, 3, height,
     *     width]}, or nothing when the request's sink has got them
     */
    Tensor decode(Tensor latents) {
        return latents.rank() == 4 ? run(latents) : videos(latents, request.frames());
    }

    private Tensor videos(Tensor latents, @Nullable FrameSink sink) {
        int videos = latents.dimension(0);
        int frames = frames(latents);
        int height = latents.dimension(3) * codec.scale();
        int width = latents.dimension(4) * codec.scale();
        Tensor pictures = Tensor.zeros(sink == null ? videos * frames : 0, 3, height, width);
        FrameSink target =
                sink != null
                        ? sink
                        : (index, rgb) -> pictures.rows(index, index + 1).data().put(rgb.data());
        TiledDecoder decoder = tiled(request, codec, this::run);
        for (int video = 0; video < videos; video++) {
            int first = video * frames;
            decoder.decode(
                    latents.rows(video, video + 1),
                    (index, rgb) -> target.frame(first + index, rgb));
        }
        return pictures;
    }

    private int frames(Tensor latents) {
        return (latents.dimension(2) - 1) * codec.temporalScale() + 1;
    }

    private Tensor run(Tensor latents) {
        check.run();
        int last = latents.rank() - 1;
        int height = latents.dimension(last - 1) * codec.scale();
        int width = latents.dimension(last) * codec.scale();
        int batch = latents.dimension(0);
        int[] shape =
                last == 3
                        ? new int[] {batch, 3, height, width}
                        : new int[] {batch, 3, frames(latents), height, width};
        Tensor decoded = session.run(Map.of("latent", latents), "picture", shape);
        NotFinite.check(decoded, codec);
        return decoded;
    }
}
