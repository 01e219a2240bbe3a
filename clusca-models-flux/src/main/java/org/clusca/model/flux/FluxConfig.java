package org.clusca.model.flux;

import static org.clusca.component.Components.positive;

import java.util.Set;
import org.clusca.api.model.Config;
import org.clusca.component.Components;
import org.clusca.component.DualStreamBlocks;
import org.clusca.component.Rotary;

/**
 * The dimensions of a FLUX transformer.
 *
 * @param channels of a latent; a token is a 2x2 patch of them
 * @param textWidth channels of the text encoder's states
 * @param pooledWidth of the pooled text
 * @param guidance whether the guidance scale is an input
 * @param axes channels of a head that each axis of the rotary embedding has: none, row, column
 */
record FluxConfig(
        DualStreamBlocks blocks,
        int channels,
        int textWidth,
        int pooledWidth,
        boolean guidance,
        int[] axes) {
    static final int PATCH = 2;

    private static final Set<String> READ =
            Set.of(
                    "attention_head_dim",
                    "axes_dims_rope",
                    "guidance_embeds",
                    "in_channels",
                    "joint_attention_dim",
                    "num_attention_heads",
                    "num_layers",
                    "num_single_layers",
                    "out_channels",
                    "patch_size",
                    "pooled_projection_dim");

    FluxConfig {
        Rotary.requireAxes(axes, 3, blocks.width() / blocks.heads());
    }

    /** Reads {@code transformer/config.json} of diffusers. */
    static FluxConfig diffusers(Config config) {
        config.choice("_class_name", "FluxTransformer2DModel", "FluxTransformer2DModel");
        Components.requireKnown(config, READ);
        if (config.whole("patch_size", 1) != 1) {
            throw config.wrong("patch_size", "1");
        }
        int heads = positive(config, "num_attention_heads", 24);
        int in = positive(config, "in_channels", 64);
        if (in % (PATCH * PATCH) != 0) {
            throw config.wrong("in_channels", "a multiple of 4");
        }
        if (config.has("out_channels") && config.whole("out_channels") != in) {
            throw config.wrong("out_channels", "in_channels, or null");
        }
        return new FluxConfig(
                new DualStreamBlocks(
                        heads * positive(config, "attention_head_dim", 128),
                        heads,
                        positive(config, "num_layers", 19),
                        positive(config, "num_single_layers", 38),
                        false),
                in / (PATCH * PATCH),
                positive(config, "joint_attention_dim", 4096),
                positive(config, "pooled_projection_dim", 768),
                config.flag("guidance_embeds", false),
                config.has("axes_dims_rope")
                        ? config.wholes("axes_dims_rope")
                        : new int[] {16, 56, 56});
    }

    /** Channels of a token before it is embedded. */
    int patchChannels() {
        return channels * PATCH * PATCH;
    }
}
