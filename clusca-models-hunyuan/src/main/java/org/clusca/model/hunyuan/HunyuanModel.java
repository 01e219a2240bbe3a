package org.clusca.model.hunyuan;

import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
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
        require("height", height, side, 0, LONGEST_SIDE);
        require("width", width, side, 0, LONGEST_SIDE);
        require("number of frames", frames, step, 1, LONGEST_VIDEO);
        return new int[] {
            config.channels(), (frames - 1) / step + 1, height / scale, width / scale
        };
    }

    /** A multiple of {@code step}, and {@code more}. */
    private static void require(String what, int found, int step, int more, int most) {
        int least = more == 0 ? step : more;
        if (found < least || found > most || (found - more) % step != 0) {
            int near = Math.max(least, (Math.min(found, most) - more) / step * step + more);
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    String.format(
                            "The %s must be a multiple of %d%s from %d to %d, found %d; %d is one.",
                            what,
                            step,
                            more == 0 ? "" : " plus " + more,
                            least,
                            most,
                            found,
                            near));
        }
    }
}
