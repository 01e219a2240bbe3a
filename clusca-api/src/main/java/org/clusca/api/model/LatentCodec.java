package org.clusca.api.model;

import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/** From latents to pictures. */
public interface LatentCodec {
    Weights weights();

    /** Pixels per latent cell along one side. */
    int scale();

    /**
     * Channels of the widest feature map at full resolution, for an estimate of the memory that
     * decoding needs.
     */
    int widestChannels();

    /**
     * @param latent {@code [batch, channels, height, width]} as the denoising loop leaves it;
     *     scaling and shifting is done here
     * @return {@code [batch, 3, height * scale, width * scale]} in [-1, 1], not clipped
     */
    Value decode(GraphBuilder graph, Value latent);
}
