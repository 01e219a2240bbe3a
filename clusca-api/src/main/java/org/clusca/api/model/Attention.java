package org.clusca.api.model;

import java.util.Optional;
import java.util.function.BinaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * An attention in parts, so that the engine can project some tokens only, let them attend to all,
 * and keep the keys and values of the others. A part is one stream's share of it; parts stand one
 * after the other in the sequence of keys.
 */
public interface Attention {
    /**
     * What rows of a part become.
     *
     * @param q {@code [batch, n, heads * size]}, as are k and v; {@link Value#NONE} of a part that
     *     is only read
     * @param k with v, {@link Value#NONE} of a part that is not attended to, as the stream of a
     *     cross-attention
     */
    record Projected(Value q, Value k, Value v) {}

    /** Which tokens of a part are projected. */
    interface Rows {
        /**
         * Rows of a table that has one for every token.
         *
         * @param table {@code [1, tokens, ...]}
         * @return {@code [1 or batch, n, ...]}
         */
        Value of(Value table);

        /**
         * Where they stand in their part, int64 {@code [batch, n]}; where all tokens are projected
         * {@code [1]}, holding 0: the position of the first. ONNX Runtime's RotaryEmbedding takes
         * both.
         */
        Value positions();
    }

    /**
     * How queries meet keys: what the engine must know of it to show signals.
     *
     * @param scale what the products of q and k are multiplied by, where it is not one over the
     *     root of a head's size
     * @param mask which keys are attended to, int32 {@code [batch, keys]}: 1, or 0; empty for all
     */
    record Heads(int count, Optional<Double> scale, Optional<Value> mask) {
        public Heads {
            if (mask.isPresent() && scale.isEmpty()) {
                throw new IllegalArgumentException("An attention with a mask must say its scale");
            }
        }

        /** As they mostly are: scaled by the root of a head's size, without a mask. */
        public static Heads of(int count) {
            return new Heads(count, Optional.empty(), Optional.empty());
        }
    }

    Heads heads();

    /**
     * Queries, keys and values of some tokens, each from its own row, normalised and turned as far
     * as they are.
     *
     * @param part in the order in which they were handed over, those that are only read behind the
     *     others
     * @param rows {@code [batch, n, channels]} of the part's stream; n may be 0. Of a part that is
     *     only read always all of them
     */
    Projected project(int part, Value rows, Rows which);

    /**
     * Lets queries attend to all keys.
     *
     * @param q {@code [batch, n, heads * size]}
     * @param k {@code [batch, keys, heads * size]}, as is v
     * @return {@code [batch, n, heads * size]}
     */
    default Value mix(GraphBuilder graph, Value q, Value k, Value v) {
        Heads heads = heads();
        if (heads.mask().isPresent()) {
            return graph.maskedAttention(
                    q, k, v, heads.count(), heads.mask().get(), heads.scale().orElseThrow());
        }
        return heads.scale().isPresent()
                ? graph.attention(q, k, v, heads.count(), Value.NONE, heads.scale().get())
                : graph.attention(q, k, v, heads.count());
    }

    /**
     * The un-gated output of a part's branch.
     *
     * @param rows {@code [batch, n, channels]} of its stream, for branches that do something beside
     *     the attention
     * @param mixed what their queries brought {@code [batch, n, heads * size]}
     * @return {@code [batch, n, channels]}
     */
    Value out(int part, Value rows, Value mixed);

    /** Projects rows of one stream. */
    @FunctionalInterface
    interface Projection {
        Projected project(Value rows, Rows which);
    }

    /**
     * The attention of one stream to itself.
     *
     * @param out from rows of the stream and what their queries brought
     */
    static Attention of(Heads heads, Projection projection, BinaryOperator<Value> out) {
        return new SelfAttention(heads, projection, out);
    }
}
