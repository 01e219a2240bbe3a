package org.clusca.component;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;

/**
 * The encoder of T5 (Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a Unified
 * Text-to-Text Transformer"), version 1.0 and 1.1. Every token sees every other one, padding
 * included: the pipelines that use it give no mask.
 *
 * <p>Input {@code ids [rows, length]}; output {@code hidden [rows, length, width]} after the last
 * norm.
 */
public final class T5Encoder implements Encoder {
    private static final Set<String> READ =
            Set.of(
                    "vocab_size",
                    "d_model",
                    "d_kv",
                    "d_ff",
                    "num_layers",
                    "num_heads",
                    "relative_attention_num_buckets",
                    "relative_attention_max_distance",
                    "layer_norm_epsilon",
                    "feed_forward_proj",
                    // follow from feed_forward_proj, whatever they say
                    "dense_act_fn",
                    "is_gated_act",
                    // of the decoder
                    "num_decoder_layers",
                    "scale_decoder_outputs",
                    // of version 1.0: the longest text in training; positions are relative
                    "n_positions");

    private final String folder;
    private final Weights weights;
    private final int vocabulary;
    private final int width;
    private final int headWidth;
    private final int mlpWidth;
    private final int heads;
    private final int layers;
    private final RelativePositions positions;
    private final boolean gated;
    private final double epsilon;

    private T5Encoder(String folder, Config config, Weights weights) {
        this.folder = folder;
        this.weights = weights;
        vocabulary = Components.positive(config, "vocab_size", 32128);
        width = Components.positive(config, "d_model", 512);
        headWidth = Components.positive(config, "d_kv", 64);
        mlpWidth = Components.positive(config, "d_ff", 2048);
        heads = Components.positive(config, "num_heads", 8);
        layers = Components.positive(config, "num_layers", 6);
        Components.requireNoMore(config, "num_layers", layers, weights, "encoder.block.");
        positions = RelativePositions.of(config);
        gated =
                config.choice("feed_forward_proj", "relu", "relu", "gated-gelu")
                        .equals("gated-gelu");
        epsilon = config.real("layer_norm_epsilon", 1e-6);
    }

    /**
     * @param folder of the encoder within the directory, e.g. {@code text_encoder_2}
     * @throws org.clusca.api.CluscaException NOT_FOUND when there is none, INVALID_MODEL when it is
     *     of another kind
     */
    public static T5Encoder open(ModelDirectory directory, String folder) {
        Config config = TextEncoderConfig.read(directory, folder, "t5", READ);
        return new T5Encoder(folder, config, directory.weights(folder));
    }

    @Override
    public String name() {
        return folder;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    /** Ids are below this. */
    public int vocabulary() {
        return vocabulary;
    }

    public int width() {
        return width;
    }

    @Override
    public List<String> inputs() {
        return List.of("ids");
    }

    @Override
    public Map<String, Value> encode(GraphBuilder graph, Map<String, Value> inputs) {
        Value ids = requireNonNull(inputs.get("ids"));
        String table = graph.hasWeight("shared.weight") ? "shared" : "encoder.embed_tokens";
        Value x = graph.embedding(ids, table, vocabulary, width);
        Value bias = positionBias(graph, ids);
        for (int layer = 0; layer < layers; layer++) {
            String name = "encoder.block." + layer + ".layer.";
            Value normed = graph.rmsNorm(x, name + "0.layer_norm", width, epsilon);
            x = graph.add(x, attention(graph, normed, bias, name + "0.SelfAttention."));
            normed = graph.rmsNorm(x, name + "1.layer_norm", width, epsilon);
            x = graph.add(x, mlp(graph, normed, name + "1.DenseReluDense."));
        }
        return Map.of("hidden", graph.rmsNorm(x, "encoder.final_layer_norm", width, epsilon));
    }

    /** What the first layer learned is added to the scores of all: {@code [1, heads, n, n]}. */
    Value positionBias(GraphBuilder graph, Value ids) {
        String name = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias";
        Value length = graph.op("Shape", Map.of("start", 1, "end", 2), ids);
        Value buckets = positions.buckets(graph, length);
        Value bias = graph.embedding(buckets, name, positions.count(), heads);
        return graph.unsqueeze(graph.transpose(bias, 2, 0, 1), 0);
    }

    private Value attention(GraphBuilder graph, Value x, Value bias, String prefix) {
        int inner = heads * headWidth;
        Value q = graph.linear(x, 3, prefix + "q", width, inner);
        Value k = graph.linear(x, 3, prefix + "k", width, inner);
        Value v = graph.linear(x, 3, prefix + "v", width, inner);
        // the usual 1 / sqrt(size) is in the weights
        Value mixed = graph.attention(q, k, v, heads, bias, 1);
        return graph.linear(mixed, 3, prefix + "o", inner, width);
    }

    private Value mlp(GraphBuilder graph, Value x, String prefix) {
        Value inner;
        if (gated) {
            Value gate = graph.geluTanh(graph.linear(x, 3, prefix + "wi_0", width, mlpWidth));
            inner = graph.multiply(gate, graph.linear(x, 3, prefix + "wi_1", width, mlpWidth));
        } else {
            inner = graph.op("Relu", graph.linear(x, 3, prefix + "wi", width, mlpWidth));
        }
        return graph.linear(inner, 3, prefix + "wo", mlpWidth, width);
    }
}
