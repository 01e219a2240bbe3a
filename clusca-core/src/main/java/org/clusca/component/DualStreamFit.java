package org.clusca.component;

import org.clusca.api.CluscaException;
import org.clusca.api.model.Config;
import org.clusca.api.model.Weights;

/** Whether a configuration of {@link DualStreamBlocks} agrees with the weights beside it. */
public final class DualStreamFit {
    private DualStreamFit() {}

    /**
     * @param config what {@code blocks} and {@code guidance} were read from
     * @param guidance whether the guidance scale is embedded
     * @throws CluscaException INVALID_MODEL when it contradicts the weights
     */
    public static void require(
            Config config, DualStreamBlocks blocks, boolean guidance, Weights weights) {
        Components.requireAgreement(
                config,
                "guidance_embeds",
                guidance,
                weights,
                "time_text_embed.guidance_embedder.linear_1.weight");
        Components.requireNoMore(
                config, "num_layers", blocks.doubleBlocks(), weights, "transformer_blocks.");
        Components.requireNoMore(
                config,
                "num_single_layers",
                blocks.singleBlocks(),
                weights,
                "single_transformer_blocks.");
    }
}
