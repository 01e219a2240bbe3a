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
 * The text encoder of CLIP (Radford et al. 2021, "Learning Transferable Visual Models From Natural
 * Language Supervision"): a transformer in which a token sees those before it.
 *
 * <p>Input {@code ids [rows, length]}; outputs {@code hidden [rows, length, width]} after the last
 * norm, and {@code pooled [rows, width]}, the hidden state of the end token.
 */
public final class ClipTextEncoder implements Encoder {
    /**
     * Configurations written before transformers 4.31 give 2 for the end token, whatever it is; the
     * pooled state is then that of the largest id.
     */
    private static final int UNKNOWN_END = 2;

    private static final Set<String> READ =
            Set.of(
                    "vocab_size",
                    "hidden_size",
                    "intermediate_size",
                    "num_attention_heads",
                    "num_hidden_layers",
                    "max_position_embeddings",
                    "hidden_act",
                    "layer_norm_eps");

    private final String folder;
    private final Weights weights;
    private final String prefix;
    private final int vocabulary;
    private final int positions;
    private final int width;
    private final int mlpWidth;
    private final int heads;
    private final int layers;
    private final int end;
    private final boolean quickGelu;
    private final double epsilon;

    private ClipTextEncoder(String folder, Config config, Weights weights) {
        this.folder = folder;
        this.weights = weights;
        vocabulary = Components.positive(config, "vocab_size", 49408);
        positions = Components.positive(config, "max_position_embeddings", 77);
        width = Components.positive(config, "hidden_size", 512);
        mlpWidth = Components.positive(config, "intermediate_size", 2048);
        heads = Components.positive(config, "num_attention_heads", 8);
        // newer files leave out the name of the model around it
        prefix = weights.has("text_model.final_layer_norm.weight") ? "text_model." : "";
        layers = Components.positive(config, "num_hidden_layers", 12);
        Components.requireNoMore(
                config, "num_hidden_layers", layers, weights, prefix + "encoder.layers.");
        end = config.whole("eos_token_id", 49407);
        quickGelu =
                config.choice("hidden_act", "quick_gelu", "quick_gelu", "gelu")
                        .equals("quick_gelu");
        epsilon = config.real("layer_norm_eps", 1e-5);
        if (width % heads != 0) {
            throw config.wrong("num_attention_heads", "a divisor of hidden_size");
        }
    }

    /**
     * @param folder of the encoder within the directory, e.g. {@code text_encoder}
     * @throws org.clusca.api.CluscaException NOT_FOUND when there is none, INVALID_MODEL when it is
     *     of another kind
     */
    public static ClipTextEncoder open(ModelDirectory directory, String folder) {
        Config config = TextEncoderConfig.read(directory, folder, "clip_text_model", READ);
        return new ClipTextEncoder(folder, config, directory.weights(folder));
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

    /** The longest text in tokens. */
    public int positions() {
        return positions;
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
        Value x = embeddings(graph, ids, prefix + "embeddings.");
        for (int layer = 0; layer < layers; layer++) {
            String name = prefix + "encoder.layers." + layer + ".";
            Value normed = graph.layerNorm(x, name + "layer_norm1", width, epsilon);
            x = graph.add(x, attention(graph, normed, name + "self_attn."));
            normed = graph.layerNorm(x, name + "layer_norm2", width, epsilon);
            Value inner = graph.linear(normed, 3, name + "mlp.fc1", width, mlpWidth);
            x =
                    graph.add(
                            x,
                            graph.linear(gelu(graph, inner), 3, name + "mlp.fc2", mlpWidth, width));
        }
        Value hidden = graph.layerNorm(x, prefix + "final_layer_norm", width, epsilon);
        return Map.of("hidden", hidden, "pooled", pooled(graph, hidden, ids));
    }

    private Value embeddings(GraphBuilder graph, Value ids, String prefix) {
        Value tokens = graph.embedding(ids, prefix + "token_embedding", vocabulary, width);
        Value table = graph.weight(prefix + "position_embedding.weight", positions, width);
        Value length = graph.op("Shape", Map.of("start", 1, "end", 2), ids);
        return graph.add(tokens, graph.op("Slice", table, graph.constant(0), length));
    }

    private Value attention(GraphBuilder graph, Value x, String prefix) {
        Value q = graph.linear(x, 3, prefix + "q_proj", width, width);
        Value k = graph.linear(x, 3, prefix + "k_proj", width, width);
        Value v = graph.linear(x, 3, prefix + "v_proj", width, width);
        Value mixed =
                graph.op(
                        "com.microsoft:MultiHeadAttention",
                        Map.of("num_heads", heads, "unidirectional", 1),
                        q,
                        k,
                        v);
        return graph.linear(mixed, 3, prefix + "out_proj", width, width);
    }

    private Value gelu(GraphBuilder graph, Value x) {
        return quickGelu
                ? graph.multiply(x, graph.op("Sigmoid", graph.multiply(x, graph.scalar(1.702))))
                : graph.op("Gelu", x);
    }

    /** The first place where the largest id stands, or the end token. */
    private Value pooled(GraphBuilder graph, Value hidden, Value ids) {
        int float32 = 1;
        Value sought =
                end == UNKNOWN_END
                        ? ids
                        : graph.op(
                                "Cast",
                                Map.of("to", float32),
                                graph.op("Equal", ids, graph.scalar(end)));
        Value place = graph.op("ArgMax", Map.of("axis", 1, "keepdims", 1), sought);
        return graph.op("GatherND", Map.of("batch_dims", 1), hidden, place);
    }
}
