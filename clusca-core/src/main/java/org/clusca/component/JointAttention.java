package org.clusca.component;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * Attention over a joint sequence, with normalised and turned queries and keys.
 *
 * @param width channels of all heads together
 * @param rotary {@link Rotary#COS} and {@link Rotary#SIN}, of the joint sequence
 * @param mask which tokens are attended to, {@code [batch, tokens]}, int32; empty for all
 */
record JointAttention(
        GraphBuilder graph, int width, int heads, Map<String, Value> rotary, Optional<Value> mask) {
    private static final double EPSILON = 1e-6;

    /**
     * Queries, keys and values of one stream, from layers named {@code PREFIX.TO + q + PROJ}, and
     * norms {@code PREFIX.NORM + q}.
     */
    Value[] project(Value x, String prefix, String to, String norm, String proj) {
        Value q = graph.linear(x, 3, prefix + "." + to + "q" + proj, width, width);
        Value k = graph.linear(x, 3, prefix + "." + to + "k" + proj, width, width);
        Value v = graph.linear(x, 3, prefix + "." + to + "v" + proj, width, width);
        return new Value[] {
            byHead(q, prefix + "." + norm + "q"), byHead(k, prefix + "." + norm + "k"), v
        };
    }

    private Value byHead(Value x, String prefix) {
        Value split = graph.reshape(x, 0, 0, heads, width / heads);
        return graph.reshape(graph.rmsNorm(split, prefix, width / heads, EPSILON), 0, 0, width);
    }

    /**
     * @param q {@code [batch, tokens, width]}, as are k and v
     */
    Value mix(Value q, Value k, Value v) {
        Value queries = Rotary.turn(graph, q, rotary, heads);
        Value keys = Rotary.turn(graph, k, rotary, heads);
        return mask.isEmpty()
                ? graph.attention(queries, keys, v, heads)
                : graph.maskedAttention(
                        queries, keys, v, heads, mask.get(), 1 / Math.sqrt(width / (double) heads));
    }
}
