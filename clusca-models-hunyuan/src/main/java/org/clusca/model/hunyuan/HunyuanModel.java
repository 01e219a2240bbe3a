package org.clusca.model.hunyuan;

import java.util.Optional;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;

/** A HunyuanVideo transformer with its text encoders, autoencoder and scheduler. */
record HunyuanModel(
        String name,
        HunyuanConfig config,
        HunyuanTransformer transformer,
        Conditioner conditioner,
        LatentCodec autoencoder,
        Config scheduler)
        implements Model {
    /** Pixels of the longest side, and frames; tokens must be countable. */
    private static final int LONGEST_SIDE = 4096;

    private static final int LONGEST_VIDEO = 1025;

    @Override
    public Optional<LatentCodec> codec() {
        return Optional.of(autoencoder);
    }

    /**
     * Each side and the frames as wanted; 61 frames of 960x544 when nothing is said, a sixth of the
     * tokens of diffusers' 129 frames of 1280x720.
     */
    @Override
    public int[] latentShape(Size size) {
        int scale = autoencoder.scale();
        int side = scale * config.patch();
        int[] usual = HunyuanTransformer.USUAL;
        int height = size.height() == 0 ? usual[1] * scale : size.height();
        int width = size.width() == 0 ? usual[2] * scale : size.width();
        int step = autoencoder.temporalScale();
        int frames = size.frames() == 0 ? (usual[0] - 1) * step + 1 : size.frames();
        Size.require("height", height, side, 0, LONGEST_SIDE);
        Size.require("width", width, side, 0, LONGEST_SIDE);
        Size.require("number of frames", frames, step, 1, LONGEST_VIDEO);
        return new int[] {
            config.channels(), (frames - 1) / step + 1, height / scale, width / scale
        };
    }
}
