package org.clusca.api.model;

import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/** From latents to pictures, or to the frames of a video. */
public interface LatentCodec {
    Weights weights();

    /** Pixels per latent cell along one side. */
    int scale();

    /** Frames per latent frame, the first one excepted; 1 for pictures. */
    default int temporalScale() {
        return 1;
    }

    /**
     * Channels of the widest feature map at full resolution, for an estimate of the memory that
     * decoding needs.
     */
    int widestChannels();

    /**
     * @param latent {@code [batch, channels, height, width]} as the denoising loop leaves it;
     *     scaling and shifting is done here; of a video, {@code [batch, channels, frames, height,
     *     width]}, the whole or a tile
     * @return {@code [batch, 3, height * scale, width * scale]} in [-1, 1], not clipped; of a video
     *     {@code [batch, 3, (frames - 1) * temporalScale + 1, height * scale, width * scale]}
     */
    Value decode(GraphBuilder graph, Value latent);
}
