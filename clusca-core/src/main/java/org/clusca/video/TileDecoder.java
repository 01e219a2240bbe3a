package org.clusca.video;

import org.clusca.api.Tensor;

/** Decodes one tile of a video. */
@FunctionalInterface
public interface TileDecoder {
    /**
     * @param latent {@code [1, channels, frames, height, width]}
     * @param target {@code [1, 3, (frames - 1) * temporalScale + 1, height * scale, width *
     *     scale]}, all of which is written
     */
    void decode(Tensor latent, Tensor target);
}
