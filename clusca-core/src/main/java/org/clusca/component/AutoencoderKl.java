package org.clusca.component;

import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;

/**
 * The decoder of diffusers' AutoencoderKL: a convolution, a middle of two residual blocks with
 * attention between them, and blocks that double the resolution.
 */
public final class AutoencoderKl implements LatentCodec {
    private static final double EPSILON = 1e-6;

    private final Weights weights;
    private final int[] channels;
    private final int latentChannels;
    private final int resnetsPerBlock;
    private final int groups;
    private final boolean attention;
    private final boolean postQuant;
    private final double scalingFactor;
    private final double shiftFactor;

    private AutoencoderKl(Config config, Weights weights) {
        this.weights = weights;
        channels = config.wholes("block_out_channels");
        latentChannels = config.whole("latent_channels");
        resnetsPerBlock = config.whole("layers_per_block", 1) + 1;
        groups = config.whole("norm_num_groups", 32);
        attention = config.flag("mid_block_add_attention", true);
        postQuant = config.flag("use_post_quant_conv", true);
        Components.requireAgreement(
                config,
                "mid_block_add_attention",
                attention,
                weights,
                "decoder.mid_block.attentions.0.group_norm.weight");
        Components.requireAgreement(
                config, "use_post_quant_conv", postQuant, weights, "post_quant_conv.weight");
        scalingFactor = Components.scalingFactor(config, 0.18215);
        shiftFactor = config.real("shift_factor", 0);
        for (int width : channels) {
            if (groups < 1 || width % groups != 0) {
                throw config.wrong(
                        "norm_num_groups", "a divisor of every number in block_out_channels");
            }
        }
    }

    /**
     * @param folder of the autoencoder within the directory, e.g. {@code vae}
     * @throws CluscaException NOT_FOUND when there is none, INVALID_MODEL when it is of another
     *     kind
     */
    public static AutoencoderKl open(ModelDirectory directory, String folder) {
        Config config = directory.json(folder + "/config.json");
        config.choice("_class_name", "AutoencoderKL", "AutoencoderKL");
        config.choice("act_fn", "silu", "silu");
        if (config.whole("out_channels", 3) != 3) {
            throw config.wrong("out_channels", "3");
        }
        if (config.has("latents_mean") || config.has("latents_std")) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    config.origin()
                            + ": latents_mean and latents_std are not supported, expected null.");
        }
        if (config.values().get("up_block_types") instanceof Iterable<?> blocks) {
            for (Object block : blocks) {
                if (!"UpDecoderBlock2D".equals(block)) {
                    throw config.wrong("up_block_types", "UpDecoderBlock2D throughout");
                }
            }
        }
        return new AutoencoderKl(config, directory.weights(folder));
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public int scale() {
        return 1 << (channels.length - 1);
    }

    @Override
    public int widestChannels() {
        return channels.length > 1 ? Math.max(channels[0], channels[1]) : channels[0];
    }

    @Override
    public Value decode(GraphBuilder graph, Value latent) {
        Value x = graph.multiply(latent, graph.scalar(1 / scalingFactor));
        if (shiftFactor != 0) {
            x = graph.add(x, graph.scalar(shiftFactor));
        }
        if (postQuant) {
            x = graph.convolution(x, "post_quant_conv", latentChannels, latentChannels, 1, 1, 0);
        }
        int width = channels[channels.length - 1];
        x = graph.convolution(x, "decoder.conv_in", latentChannels, width, 3, 1, 1);
        x = resnet(graph, x, "decoder.mid_block.resnets.0", width, width);
        if (attention) {
            x = attention(graph, x, "decoder.mid_block.attentions.0", width);
        }
        x = resnet(graph, x, "decoder.mid_block.resnets.1", width, width);
        for (int block = 0; block < channels.length; block++) {
            int out = channels[channels.length - 1 - block];
            String prefix = "decoder.up_blocks." + block;
            for (int i = 0; i < resnetsPerBlock; i++) {
                x = resnet(graph, x, prefix + ".resnets." + i, i == 0 ? width : out, out);
            }
            if (block < channels.length - 1) {
                x =
                        graph.convolution(
                                upsample(graph, x),
                                prefix + ".upsamplers.0.conv",
                                out,
                                out,
                                3,
                                1,
                                1);
            }
            width = out;
        }
        x = graph.silu(graph.groupNorm(x, "decoder.conv_norm_out", width, groups, EPSILON));
        return graph.convolution(x, "decoder.conv_out", width, 3, 3, 1, 1);
    }

    private Value resnet(GraphBuilder graph, Value x, String prefix, int in, int out) {
        Value y = graph.silu(graph.groupNorm(x, prefix + ".norm1", in, groups, EPSILON));
        y = graph.convolution(y, prefix + ".conv1", in, out, 3, 1, 1);
        y = graph.silu(graph.groupNorm(y, prefix + ".norm2", out, groups, EPSILON));
        y = graph.convolution(y, prefix + ".conv2", out, out, 3, 1, 1);
        Value shortcut =
                in == out ? x : graph.convolution(x, prefix + ".conv_shortcut", in, out, 1, 1, 0);
        return graph.add(shortcut, y);
    }

    private Value attention(GraphBuilder graph, Value x, String prefix, int width) {
        Value normed = graph.groupNorm(x, prefix + ".group_norm", width, groups, EPSILON);
        Value tokens = graph.transpose(graph.reshape(normed, 0, width, -1), 0, 2, 1);
        // directories written by older versions of diffusers use the older names
        boolean current = graph.hasWeight(prefix + ".to_q.weight");
        Value q = graph.linear(tokens, 3, prefix + (current ? ".to_q" : ".query"), width, width);
        Value k = graph.linear(tokens, 3, prefix + (current ? ".to_k" : ".key"), width, width);
        Value v = graph.linear(tokens, 3, prefix + (current ? ".to_v" : ".value"), width, width);
        Value mixed = graph.attention(q, k, v, 1);
        Value projected =
                graph.linear(
                        mixed, 3, prefix + (current ? ".to_out.0" : ".proj_attn"), width, width);
        Value restored =
                graph.op("Reshape", graph.transpose(projected, 0, 2, 1), graph.op("Shape", x));
        return graph.add(x, restored);
    }

    private static Value upsample(GraphBuilder graph, Value x) {
        Value scales = graph.constant(new float[] {1, 1, 2, 2}, 4);
        Value none = graph.constant(new float[0], 0);
        return graph.op(
                "Resize",
                Map.of(
                        "mode",
                        "nearest",
                        "coordinate_transformation_mode",
                        "asymmetric",
                        "nearest_mode",
                        "floor"),
                x,
                none,
                scales);
    }
}
