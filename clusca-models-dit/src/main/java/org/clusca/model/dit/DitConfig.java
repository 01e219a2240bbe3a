package org.clusca.model.dit;

import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.component.Embedders;

/**
 * The dimensions of a DiT, and what its two published implementations do differently.
 *
 * @param width channels of a token
 * @param size rows and columns of a latent
 * @param outputChannels of the network; twice {@code channels} when it predicts the variance too
 * @param mlpNormEpsilon of the norm before the MLP; the others have 1e-6
 * @param frequencyDivisor timestep frequencies are {@code 10000^(-i/divisor)}: 127 in diffusers,
 *     128 in the original code
 * @param guidedChannels latent channels that guidance is applied to: all in diffusers, three in the
 *     original code
 */
record DitConfig(
        int width,
        int heads,
        int blocks,
        int patch,
        int size,
        int channels,
        int outputChannels,
        int classes,
        double mlpNormEpsilon,
        int frequencyDivisor,
        int guidedChannels) {
    /** Width of the sinusoid that a timestep becomes. */
    static final int TIMESTEP_CHANNELS = Embedders.SINUSOID;

    /** Keys of diffusers' configuration that do not change what is computed here. */
    private static final Set<String> NEUTRAL =
            Set.of(
                    "dropout",
                    "norm_num_groups",
                    "upcast_attention",
                    "num_vector_embeds",
                    "cross_attention_dim",
                    "double_self_attention",
                    "only_cross_attention",
                    "use_linear_projection",
                    "attention_type",
                    "caption_channels",
                    "interpolation_scale",
                    "use_additional_conditions");

    private static final Set<String> READ =
            Set.of(
                    "num_attention_heads",
                    "attention_head_dim",
                    "in_channels",
                    "out_channels",
                    "num_layers",
                    "sample_size",
                    "patch_size",
                    "num_embeds_ada_norm",
                    "activation_fn",
                    "norm_type",
                    "attention_bias",
                    "norm_elementwise_affine",
                    "norm_eps");

    DitConfig {
        if (width % heads != 0 || width % 4 != 0) {
            throw invalid(
                    "its width "
                            + width
                            + " is not a multiple of 4 and of its "
                            + heads
                            + " heads");
        }
        if (size % patch != 0) {
            throw invalid(
                    "its latent size " + size + " is not a multiple of its patch size " + patch);
        }
        if (outputChannels != channels && outputChannels != 2 * channels) {
            throw invalid(
                    "it has "
                            + outputChannels
                            + " output channels, expected "
                            + channels
                            + " or "
                            + 2 * channels);
        }
        if (blocks < 1 || classes < 1) {
            throw invalid("it has " + blocks + " blocks and " + classes + " classes");
        }
    }

    private static CluscaException invalid(String why) {
        return new CluscaException(
                ErrorCode.INVALID_MODEL, "This DiT cannot be computed: " + why + ".");
    }

    /** Reads {@code transformer/config.json} of diffusers. */
    static DitConfig diffusers(Config config) {
        for (String key : config.keys()) {
            if (!key.startsWith("_")
                    && !NEUTRAL.contains(key)
                    && !READ.contains(key)
                    && config.has(key)) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        config.origin()
                                + ": the key '"
                                + key
                                + "' may change the computation and is not known; expected the"
                                + " keys of DiTTransformer2DModel.");
            }
        }
        config.choice("activation_fn", "gelu-approximate", "gelu-approximate");
        config.choice("norm_type", "ada_norm_zero", "ada_norm_zero");
        if (!config.flag("attention_bias", true)) {
            throw config.wrong("attention_bias", "true");
        }
        if (config.flag("norm_elementwise_affine", false)) {
            throw config.wrong("norm_elementwise_affine", "false");
        }
        int heads = positive(config, "num_attention_heads", 16);
        int channels = positive(config, "in_channels", 4);
        return new DitConfig(
                heads * positive(config, "attention_head_dim", 72),
                heads,
                positive(config, "num_layers", 28),
                positive(config, "patch_size", 2),
                positive(config, "sample_size", 32),
                channels,
                positive(config, "out_channels", channels),
                positive(config, "num_embeds_ada_norm", 1000),
                config.real("norm_eps", 1e-5),
                TIMESTEP_CHANNELS / 2 - 1,
                channels);
    }

    private static int positive(Config config, String key, int missing) {
        int value = config.whole(key, missing);
        if (value < 1) {
            throw config.wrong(key, "at least 1");
        }
        return value;
    }

    int grid() {
        return size / patch;
    }

    int tokens() {
        return grid() * grid();
    }

    /** Six vectors for every block, two for the last layer. */
    int modulationWidth() {
        return (6 * blocks + 2) * width;
    }
}
