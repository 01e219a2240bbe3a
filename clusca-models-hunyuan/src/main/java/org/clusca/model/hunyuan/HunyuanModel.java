package org.clusca.model.hunyuan;

import java.util.Optional;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.model.Size;

/** A HunyuanVideo transformer with its text encoders, autoencoder and scheduler. */
record HunyuanModel(
        String name,
        HunyuanConfig config,
        HunyuanTransformer transformer,
        Conditioner conditioner,
        LatentCodec autoencoder,
        Size usual,
        Config scheduler)
        implements Model {
    /** Pixels of the longest side, and frames; tokens must be countable. */
    private static final int LONGEST_SIDE = 4096;

    private static final int LONGEST_VIDEO = 1025;

    @Override
    public String family() {
        return HunyuanModelFactory.NAME;
    }

    @Override
    public Optional<NoiseProcess> process() {
        return Optional.of(NoiseProcess.FLOW_MATCHING);
    }

    @Override
    public Optional<LatentCodec> codec() {
        return Optional.of(autoencoder);
    }

    /** Each side and the frames as wanted, or as usual when nothing is said. */
    @Override
    public int[] latentShape(Size size) {
        int scale = autoencoder.scale();
        int side = scale * config.patch();
        int height = size.height() == 0 ? usual.height() : size.height();
        int width = size.width() == 0 ? usual.width() : size.width();
        int step = autoencoder.temporalScale();
        int frames = size.frames() == 0 ? usual.frames() : size.frames();
        Size.require("height", height, side, 0, LONGEST_SIDE);
        Size.require("width", width, side, 0, LONGEST_SIDE);
        Size.require("number of frames", frames, step, 1, LONGEST_VIDEO);
        return new int[] {
            config.channels(), (frames - 1) / step + 1, height / scale, width / scale
        };
    }
}
