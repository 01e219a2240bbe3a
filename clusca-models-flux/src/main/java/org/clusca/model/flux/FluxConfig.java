package org.clusca.model.flux;

import static org.clusca.component.Components.positive;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.Weights;
import org.clusca.component.Components;
import org.clusca.component.DualStreamBlocks;
import org.clusca.component.DualStreamFit;
import org.clusca.component.Patches;
import org.clusca.component.Rotary;
import org.clusca.io.LocalModelDirectory;

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

    private static final int PUBLISHED_WIDTH = 3072;
    private static final int[] PUBLISHED_AXES = {16, 56, 56};

    /** What a network that takes more channels than it gives is for. */
    private static final String EDITS =
            "networks that take a picture to edit as well, as FLUX.1-Fill, -Canny and -Depth do,"
                    + " are not read";

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
            throw config.wrong("out_channels", "in_channels, or null: " + EDITS);
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
                        : PUBLISHED_AXES.clone());
    }

    /**
     * @param config what this was read from
     * @throws CluscaException INVALID_MODEL when it contradicts the weights
     */
    void requireFit(Config config, Weights weights) {
        DualStreamFit.require(config, blocks, guidance, weights);
    }

    /**
     * Weights in the original naming say everything but the heads and their rotary axes: those are
     * as published for the width, or from a configuration beside the file.
     */
    static FluxConfig original(Path file, Weights weights) {
        long[] patches = weights.get("img_in.weight").shape();
        int width = (int) patches[0];
        long out = weights.get("final_layer.linear.weight").shape()[0];
        if (out != patches[1]) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    file
                            + ": takes "
                            + patches[1]
                            + " channels and gives "
                            + out
                            + "; "
                            + EDITS
                            + ".");
        }
        Optional<Config> beside = LocalModelDirectory.configBeside(file, "hidden_size", width);
        if (beside.isEmpty() && width != PUBLISHED_WIDTH) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    file
                            + " does not say how many attention heads it has, and "
                            + width
                            + " is not the published width; put a config.json with hidden_size,"
                            + " num_heads and axes_dim beside it.");
        }
        return new FluxConfig(
                new DualStreamBlocks(
                        width,
                        beside.map(config -> config.whole("num_heads")).orElse(24),
                        count(weights, "double_blocks.%d.img_attn.qkv.weight"),
                        count(weights, "single_blocks.%d.linear1.weight"),
                        false),
                (int) patches[1] / (PATCH * PATCH),
                (int) weights.get("txt_in.weight").shape()[1],
                (int) weights.get("vector_in.in_layer.weight").shape()[1],
                weights.has("guidance_in.in_layer.weight"),
                beside.filter(config -> config.has("axes_dim"))
                        .map(config -> config.wholes("axes_dim"))
                        .orElse(PUBLISHED_AXES.clone()));
    }

    private static int count(Weights weights, String name) {
        int blocks = 0;
        while (weights.has(String.format(Locale.ROOT, name, blocks))) {
            blocks++;
        }
        return blocks;
    }

    /** How a latent is cut into tokens. */
    Patches patches() {
        return new Patches(channels, PATCH, false);
    }
}
