package org.clusca.model.hunyuan;

import static org.clusca.component.Components.positive;

import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Config;
import org.clusca.api.model.Weights;
import org.clusca.component.Components;
import org.clusca.component.DualStreamBlocks;
import org.clusca.component.DualStreamFit;
import org.clusca.component.Patches;
import org.clusca.component.Rotary;

/**
 * The dimensions of a HunyuanVideo transformer.
 *
 * @param channels of a latent
 * @param patch cells of a token along height and width; along time it is one
 * @param refinerBlocks through which the text runs ahead of the blocks
 * @param textWidth channels of the text encoder's states
 * @param pooledWidth of the pooled text
 * @param guidance whether the guidance scale is an input
 * @param theta base of the rotary embedding
 * @param axes channels of a head that each of its axes has: frame, row, column
 */
record HunyuanConfig(
        DualStreamBlocks blocks,
        int channels,
        int patch,
        int refinerBlocks,
        int textWidth,
        int pooledWidth,
        boolean guidance,
        double theta,
        int[] axes) {
    private static final String CLASS = "HunyuanVideoTransformer3DModel";

    private static final Set<String> READ =
            Set.of(
                    "attention_head_dim",
                    "guidance_embeds",
                    "image_condition_type",
                    "in_channels",
                    "mlp_ratio",
                    "num_attention_heads",
                    "num_layers",
                    "num_refiner_layers",
                    "num_single_layers",
                    "out_channels",
                    "patch_size",
                    "patch_size_t",
                    "pooled_projection_dim",
                    "qk_norm",
                    "rope_axes_dim",
                    "rope_theta",
                    "text_embed_dim");

    HunyuanConfig {
        Rotary.requireAxes(axes, 3, blocks.width() / blocks.heads());
    }

    /** Reads {@code transformer/config.json} of diffusers. */
    static HunyuanConfig diffusers(Config config) {
        config.choice("_class_name", CLASS, CLASS);
        Components.requireKnown(config, READ);
        config.choice("qk_norm", "rms_norm", "rms_norm");
        if (config.has("image_condition_type")) {
            throw config.wrong("image_condition_type", "null: videos are made from text alone");
        }
        if (config.real("mlp_ratio", 4) != 4) {
            throw config.wrong("mlp_ratio", "4");
        }
        if (config.whole("patch_size_t", 1) != 1) {
            throw config.wrong("patch_size_t", "1");
        }
        int channels = positive(config, "in_channels", 16);
        if (config.whole("out_channels", channels) != channels) {
            throw config.wrong("out_channels", "in_channels");
        }
        double theta = config.real("rope_theta", 256);
        if (!(theta > 0)) {
            throw config.wrong("rope_theta", "above 0");
        }
        int heads = positive(config, "num_attention_heads", 24);
        return new HunyuanConfig(
                new DualStreamBlocks(
                        heads * positive(config, "attention_head_dim", 128),
                        heads,
                        positive(config, "num_layers", 20),
                        positive(config, "num_single_layers", 40),
                        true),
                channels,
                positive(config, "patch_size", 2),
                positive(config, "num_refiner_layers", 2),
                positive(config, "text_embed_dim", 4096),
                positive(config, "pooled_projection_dim", 768),
                config.flag("guidance_embeds", true),
                theta,
                config.has("rope_axes_dim")
                        ? config.wholes("rope_axes_dim")
                        : new int[] {16, 56, 56});
    }

    /**
     * @param config what this was read from
     * @throws CluscaException INVALID_MODEL when it contradicts the weights
     */
    void requireFit(Config config, Weights weights) {
        DualStreamFit.require(config, blocks, guidance, weights);
        Components.requireNoMore(
                config,
                "num_refiner_layers",
                refinerBlocks,
                weights,
                "context_embedder.token_refiner.refiner_blocks.");
    }

    /** How a latent is cut into tokens. */
    Patches patches() {
        return new Patches(channels, patch, true);
    }
}
