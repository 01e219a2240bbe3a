package org.clusca.component;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;

/**
 * Hidden states of a Llama language model: grouped-query attention with rotary positions, RMS norms
 * and gated MLPs (H. Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023;
 * J. Ainslie et al., "GQA", 2023).
 *
 * <p>Inputs: {@code ids} and {@code mask}, {@code [rows, length]}; mask is 1 for a token and 0 for
 * padding, which nothing attends to. Output: {@code hidden}, {@code [rows, length, width]}, as it
 * enters the layers that are left out, without a norm.
 */
public final class LlamaTextEncoder implements Encoder {
    private static final String IDS = "ids";
    private static final String MASK = "mask";
    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    /** Far below every score, and finite even when a score is added. */
    private static final double MASKED = -1e30;

    private final String name;
    private final Weights weights;
    private final String prefix;
    private final int width;
    private final int layers;
    private final int vocabulary;
    private final int positions;
    private final double epsilon;
    private final LlamaAttention attention;
    private final int innerWidth;

    private LlamaTextEncoder(String name, Config config, Weights weights, int skippedLayers) {
        this.name = name;
        this.weights = weights;
        // saved with a language model's head around it, or without
        prefix = weights.has("model.embed_tokens.weight") ? "model." : "";
        width = config.whole("hidden_size");
        innerWidth = config.whole("intermediate_size");
        vocabulary = config.whole("vocab_size");
        positions = config.whole("max_position_embeddings", 2048);
        epsilon = config.real("rms_norm_eps", 1e-6);
        attention = LlamaAttention.of(config);
        int all = config.whole("num_hidden_layers");
        Components.requireNoMore(config, "num_hidden_layers", all, weights, prefix + "layers.");
        if (skippedLayers < 1 || skippedLayers > all) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    config.origin()
                            + ": of "
                            + all
                            + " layers 1 to "
                            + all
                            + " can be left out, asked for "
                            + skippedLayers
                            + ".");
        }
        layers = all - skippedLayers;
    }

    /**
     * @param folder of the encoder within the directory, e.g. {@code text_encoder}
     * @param skippedLayers how many of the last layers are left out, at least 1: 2 gives the third
     *     hidden state from the end
     * @throws CluscaException NOT_FOUND when there is none; INVALID_MODEL when its configuration
     *     asks for a computation that is not supported; INVALID_PARAMETER for skippedLayers
     */
    public static LlamaTextEncoder open(
            ModelDirectory directory, String folder, int skippedLayers) {
        Config config = directory.json(folder + "/config.json");
        config.choice("model_type", "llama", "llama");
        config.choice("hidden_act", "silu", "silu");
        if (config.has("quantization_config")) {
            throw config.wrong("quantization_config", "missing: 16 or 32 bit weights are read");
        }
        return new LlamaTextEncoder(folder, config, directory.weights(folder), skippedLayers);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public List<String> inputs() {
        return List.of(IDS, MASK);
    }

    /** Ids are below this. */
    public int vocabulary() {
        return vocabulary;
    }

    /** The longest text in tokens. */
    public int positions() {
        return positions;
    }

    /** Width of the hidden states. */
    public int width() {
        return width;
    }

    @Override
    public Map<String, Value> encode(GraphBuilder graph, Map<String, Value> inputs) {
        Value ids = graph.op("Cast", Map.of("to", INT64), requireNonNull(inputs.get(IDS)));
        Value x =
                graph.op(
                        "Gather",
                        graph.weight(prefix + "embed_tokens.weight", vocabulary, width),
                        ids);
        Value positions = positions(graph, ids);
        Value bias = attentionBias(graph, positions, requireNonNull(inputs.get(MASK)));
        LlamaAttention.Rotation rotation = attention.rotation(graph, positions);
        for (int layer = 0; layer < layers; layer++) {
            String at = prefix + "layers." + layer;
            Value normed = norm(graph, x, at + ".input_layernorm");
            x =
                    graph.add(
                            x,
                            attention.apply(
                                    graph, normed, at + ".self_attn", width, rotation, bias));
            normed = norm(graph, x, at + ".post_attention_layernorm");
            x = graph.add(x, mlp(graph, normed, at + ".mlp"));
        }
        return Map.of("hidden", x);
    }

    private Value mlp(GraphBuilder graph, Value x, String at) {
        Value gate = graph.silu(graph.linear(x, 3, at + ".gate_proj", width, innerWidth));
        Value up = graph.linear(x, 3, at + ".up_proj", width, innerWidth);
        return graph.linear(graph.multiply(gate, up), 3, at + ".down_proj", innerWidth, width);
    }

    private Value norm(GraphBuilder graph, Value x, String at) {
        return graph.op(
                "SimplifiedLayerNormalization",
                Map.of("axis", -1, "epsilon", (float) epsilon),
                x,
                graph.weight(at + ".weight", width));
    }

    /** 0, 1, ... in float32: {@code [length]}. */
    private static Value positions(GraphBuilder graph, Value ids) {
        Value length = graph.op("Squeeze", graph.op("Shape", Map.of("start", 1, "end", 2), ids));
        Value zero = graph.op("Squeeze", graph.constant(new long[] {0}));
        Value one = graph.op("Squeeze", graph.constant(new long[] {1}));
        return graph.op("Cast", Map.of("to", FLOAT), graph.op("Range", zero, length, one));
    }

    /**
     * What is added to the scores: nothing for tokens up to the query's own, {@link #MASKED} for
     * later ones and for padding.
     *
     * @return {@code [rows, 1, length, length]}
     */
    private static Value attentionBias(GraphBuilder graph, Value positions, Value mask) {
        Value later =
                graph.op("Less", graph.unsqueeze(positions, 1), graph.unsqueeze(positions, 0));
        Value padding =
                graph.op(
                        "Equal",
                        graph.op("Unsqueeze", mask, graph.constant(1, 2)),
                        graph.scalar(0));
        return graph.op(
                "Where", graph.op("Or", padding, later), graph.scalar(MASKED), graph.scalar(0));
    }
}
