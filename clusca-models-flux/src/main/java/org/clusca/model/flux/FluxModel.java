package org.clusca.model.flux;

import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.model.Size;

/** A FLUX transformer with its text encoders, autoencoder and scheduler. */
record FluxModel(
        String name,
        FluxConfig config,
        FluxTransformer transformer,
        Conditioner conditioner,
        LatentCodec autoencoder,
        int usualCells,
        Config scheduler)
        implements Model {
    /** Pixels of the longest side; positions are computed for any, but tokens must be countable. */
    private static final int LONGEST_SIDE = 8192;

    /** What FLUX.1-schnell, which takes no guidance, was distilled to. */
    private static final int DISTILLED_STEPS = 4;

    @Override
    public String family() {
        return FluxModelFactory.NAME;
    }

    @Override
    public Optional<NoiseProcess> process() {
        return Optional.of(NoiseProcess.FLOW_MATCHING);
    }

    @Override
    public Optional<LatentCodec> codec() {
        return Optional.of(autoencoder);
    }

    @Override
    public int defaultSteps() {
        return config.guidance() ? Model.super.defaultSteps() : DISTILLED_STEPS;
    }

    /** Each side as wanted; as large as the autoencoder's sample_size when nothing is said. */
    @Override
    public int[] latentShape(Size size) {
        if (size.frames() > 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    name() + " makes pictures, not videos; ask for 1 frame, not " + size + ".");
        }
        return new int[] {
            config.channels(), cells("height", size.height()), cells("width", size.width())
        };
    }

    private int cells(String side, int pixels) {
        int scale = autoencoder.scale();
        if (pixels == 0) {
            return usualCells;
        }
        Size.require(side, pixels, scale * FluxConfig.PATCH, 0, LONGEST_SIDE);
        return pixels / scale;
    }
}
