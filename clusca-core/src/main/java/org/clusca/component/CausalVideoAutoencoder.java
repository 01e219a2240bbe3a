package org.clusca.component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;

/**
 * The decoder of diffusers' AutoencoderKLHunyuanVideo: a frame never depends on later ones, and the
 * first latent frame becomes one frame, every other one {@link #temporalScale} frames (W. Kong et
 * al., "HunyuanVideo: A Systematic Framework For Large Video Generative Models", 2024).
 */
public final class CausalVideoAutoencoder implements LatentCodec {
    private static final double EPSILON = 1e-6;
    private static final String CLASS = "AutoencoderKLHunyuanVideo";

    private final Weights weights;
    private final int[] channels;
    private final int latentChannels;
    private final int resnetsPerBlock;
    private final int groups;
    private final boolean attention;
    private final int spatialDoublings;
    private final double scalingFactor;

    private CausalVideoAutoencoder(Config config, Weights weights) {
        this.weights = weights;
        channels = config.wholes("block_out_channels");
        latentChannels = config.whole("latent_channels", 16);
        resnetsPerBlock = config.whole("layers_per_block", 2) + 1;
        groups = config.whole("norm_num_groups", 32);
        attention = config.flag("mid_block_add_attention", true);
        Components.requireAgreement(
                config,
                "mid_block_add_attention",
                attention,
                weights,
                "decoder.mid_block.attentions.0.group_norm.weight");
        scalingFactor = Components.scalingFactor(config, 0.476986);
        int spatial = config.whole("spatial_compression_ratio", 8);
        spatialDoublings = Integer.numberOfTrailingZeros(spatial);
        if (Integer.bitCount(spatial) != 1 || spatialDoublings > channels.length) {
            throw config.wrong(
                    "spatial_compression_ratio",
                    "a power of two, at most one doubling for each of block_out_channels");
        }
        if (config.whole("temporal_compression_ratio", 4) != temporalScale()) {
            throw config.wrong("temporal_compression_ratio", "" + temporalScale());
        }
        if (channels.length < 3) {
            throw config.wrong("block_out_channels", "a list of at least 3");
        }
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
    public static CausalVideoAutoencoder open(ModelDirectory directory, String folder) {
        Config config = directory.json(folder + "/config.json");
        config.choice("_class_name", CLASS, CLASS);
        config.choice("act_fn", "silu", "silu");
        if (config.whole("out_channels", 3) != 3) {
            throw config.wrong("out_channels", "3");
        }
        if (config.values().get("up_block_types") instanceof Iterable<?> blocks) {
            for (Object block : blocks) {
                if (!"HunyuanVideoUpBlock3D".equals(block)) {
                    throw config.wrong("up_block_types", "HunyuanVideoUpBlock3D throughout");
                }
            }
        }
        return new CausalVideoAutoencoder(config, directory.weights(folder));
    }

    @Override
    public Weights weights() {
        return weights;
    }

    public int latentChannels() {
        return latentChannels;
    }

    /** What latents are divided by ahead of decoding. */
    public double scalingFactor() {
        return scalingFactor;
    }

    /** Pixels per latent cell along one side. */
    @Override
    public int scale() {
        return 1 << spatialDoublings;
    }

    /** Frames per latent frame, the first one excepted. */
    @Override
    public int temporalScale() {
        return 4;
    }

    /**
     * Channels of the widest feature map at full resolution, for an estimate of the memory that
     * decoding needs.
     */
    @Override
    public int widestChannels() {
        return Math.max(channels[0], channels[1]);
    }

    /**
     * @param latent {@code [batch, channels, frames, height, width]} as the denoising loop leaves
     *     it; scaling is done here
     * @return {@code [batch, 3, (frames - 1) * temporalScale + 1, height * scale, width * scale]}
     *     in [-1, 1], not clipped
     */
    @Override
    public Value decode(GraphBuilder graph, Value latent) {
        List<Value> stages = stages(graph, latent);
        CausalVideoGraph video = new CausalVideoGraph(graph, groups, EPSILON);
        Value x = stages.get(stages.size() - 1);
        x = graph.silu(video.groupNorm(x, "decoder.conv_norm_out", channels[0]));
        return video.convolution(x, "decoder.conv_out", channels[0], 3, 3);
    }

    /** After the first convolution, after the middle, and after each block. */
    List<Value> stages(GraphBuilder graph, Value latent) {
        CausalVideoGraph video = new CausalVideoGraph(graph, groups, EPSILON);
        List<Value> stages = new ArrayList<>();
        int last = channels.length - 1;
        int width = channels[last];
        Value x = graph.multiply(latent, graph.scalar(1 / scalingFactor));
        x = pointwise(graph, x, "post_quant_conv", latentChannels);
        x = video.convolution(x, "decoder.conv_in", latentChannels, width, 3);
        stages.add(x);
        x = video.resnet(x, "decoder.mid_block.resnets.0", width, width);
        if (attention) {
            x = video.attention(x, "decoder.mid_block.attentions.0", width);
        }
        x = video.resnet(x, "decoder.mid_block.resnets.1", width, width);
        stages.add(x);
        for (int block = 0; block <= last; block++) {
            int out = channels[last - block];
            String prefix = "decoder.up_blocks." + block;
            for (int i = 0; i < resnetsPerBlock; i++) {
                x = video.resnet(x, prefix + ".resnets." + i, i == 0 ? width : out, out);
            }
            // time is doubled in the two blocks ahead of the last one
            boolean frames = block >= last - 2 && block < last;
            boolean pixels = block < spatialDoublings;
            if (frames || pixels) {
                x = video.upsample(x, frames, pixels);
                x = video.convolution(x, prefix + ".upsamplers.0.conv", out, out, 3);
            }
            stages.add(x);
            width = out;
        }
        return stages;
    }

    /** A convolution of one cell, without padding. */
    private static Value pointwise(GraphBuilder graph, Value x, String prefix, int width) {
        return graph.op(
                "Conv",
                Map.of(),
                x,
                graph.weight(prefix + ".weight", width, width, 1, 1, 1),
                graph.weight(prefix + ".bias", width));
    }
}
