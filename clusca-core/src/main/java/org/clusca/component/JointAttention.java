package org.clusca.component;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Heads;
import org.clusca.api.model.Attention.Projected;
import org.clusca.api.model.Attention.Rows;

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

    Heads howMany() {
        return mask.isEmpty()
                ? Heads.of(heads)
                : new Heads(heads, Optional.of(1 / Math.sqrt(width / (double) heads)), mask);
    }

    /** Names of the layers of one stream: {@code PREFIX.TO + q + PROJ}, {@code PREFIX.NORM + q}. */
    record Layers(String prefix, String to, String norm, String proj) {
        /** Of the image, and of a joint sequence. */
        static Layers own(String prefix) {
            return new Layers(prefix, "to_", "norm_", "");
        }

        /** Of the text. */
        static Layers added(String prefix) {
            return new Layers(prefix, "add_", "norm_added_", "_proj");
        }

        private String linear(String which) {
            return prefix + "." + to + which + proj;
        }

        private String norm(String which) {
            return prefix + "." + norm + which;
        }
    }

    /**
     * Queries, keys and values of rows of one stream.
     *
     * @param first where the stream begins in the joint sequence, {@code [1]}
     */
    Projected project(Value x, Layers layers, Rows which, Value first) {
        Value positions = graph.add(which.positions(), first);
        return new Projected(
                turned(x, layers, "q", positions),
                turned(x, layers, "k", positions),
                linear(x, layers, "v"));
    }

    private Value linear(Value x, Layers layers, String which) {
        return graph.linear(x, 3, layers.linear(which), width, width);
    }

    private Value turned(Value x, Layers layers, String which, Value positions) {
        Value split = graph.reshape(linear(x, layers, which), 0, 0, heads, width / heads);
        Value normed = graph.rmsNorm(split, layers.norm(which), width / heads, EPSILON);
        return Rotary.turn(graph, graph.reshape(normed, 0, 0, width), positions, rotary, heads);
    }
}
