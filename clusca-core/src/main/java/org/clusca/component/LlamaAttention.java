package org.clusca.component;

import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;

/**
 * Attention of a Llama layer: several query heads share one key and value head; queries and keys
 * are rotated by their position, the first half of a head against the second.
 */
record LlamaAttention(int heads, int sharedHeads, int headSize, double theta) {
    /** Cosines and sines of the angles, {@code [length, headSize / 2]}. */
    record Rotation(Value cosine, Value sine) {}

    static LlamaAttention of(Config config) {
        int heads = config.whole("num_attention_heads");
        int sharedHeads = config.whole("num_key_value_heads", heads);
        if (heads < 1 || sharedHeads < 1 || heads % sharedHeads != 0) {
            throw config.wrong("num_key_value_heads", "a divisor of num_attention_heads");
        }
        int headSize = config.whole("head_dim", config.whole("hidden_size") / heads);
        if (headSize < 2 || headSize % 2 != 0) {
            throw config.wrong("head_dim", "even");
        }
        return new LlamaAttention(heads, sharedHeads, headSize, theta(config));
    }

    /** Older configurations have rope_theta and rope_scaling, newer ones both in one object. */
    private static double theta(Config config) {
        double theta = config.real("rope_theta", 10000);
        for (String key : new String[] {"rope_scaling", "rope_parameters"}) {
            if (config.values().get(key) instanceof Map<?, ?> rope) {
                Object type =
                        rope.containsKey("rope_type") ? rope.get("rope_type") : rope.get("type");
                if (!"default".equals(type)) {
                    throw config.wrong(
                            key, "of the type default; scaled positions are not supported");
                }
                if (rope.get("rope_theta") instanceof Number number) {
                    theta = number.doubleValue();
                }
                if (rope.get("partial_rotary_factor") instanceof Number part
                        && part.doubleValue() != 1) {
                    throw config.wrong(key, "without a partial_rotary_factor");
                }
            } else if (config.has(key)) {
                throw config.wrong(key, "an object or null");
            }
        }
        if (config.real("partial_rotary_factor", 1) != 1) {
            throw config.wrong("partial_rotary_factor", "1");
        }
        return theta;
    }

    /**
     * @param positions {@code [length]}
     */
    Rotation rotation(GraphBuilder graph, Value positions) {
        int half = headSize / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            frequencies[i] = (float) (1 / Math.pow(theta, 2.0 * i / headSize));
        }
        Value angles =
                graph.multiply(graph.unsqueeze(positions, 1), graph.constant(frequencies, 1, half));
        return new Rotation(graph.op("Cos", angles), graph.op("Sin", angles));
    }

    /**
     * @param x {@code [rows, length, width]}
     * @param bias is added to the scores, {@code [rows, 1, length, length]}
     */
    Value apply(GraphBuilder graph, Value x, String at, int width, Rotation rotation, Value bias) {
        int shared = sharedHeads * headSize;
        Value q = graph.linear(x, 3, at + ".q_proj", width, heads * headSize);
        Value k = graph.linear(x, 3, at + ".k_proj", width, shared);
        Value v = graph.linear(x, 3, at + ".v_proj", width, shared);
        Value mixed =
                graph.op(
                        "com.microsoft:MultiHeadAttention",
                        Map.of("num_heads", heads),
                        rotate(graph, q, rotation),
                        repeat(graph, rotate(graph, k, rotation)),
                        repeat(graph, v),
                        Value.NONE,
                        Value.NONE,
                        bias);
        return graph.linear(mixed, 3, at + ".o_proj", heads * headSize, width);
    }

    private static Value rotate(GraphBuilder graph, Value x, Rotation rotation) {
        Value first = graph.constant(new long[] {0});
        return graph.op(
                "com.microsoft:RotaryEmbedding", x, first, rotation.cosine(), rotation.sine());
    }

    /** Each shared head as often as query heads use it. */
    private Value repeat(GraphBuilder graph, Value x) {
        if (sharedHeads == heads) {
            return x;
        }
        int times = heads / sharedHeads;
        Value parted = graph.op("Reshape", x, graph.constant(0, 0, sharedHeads, 1, headSize));
        Value repeated = graph.op("Expand", parted, graph.constant(1, 1, 1, times, 1));
        return graph.reshape(repeated, 0, 0, heads * headSize);
    }
}
