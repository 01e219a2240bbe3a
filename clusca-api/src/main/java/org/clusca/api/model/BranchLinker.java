package org.clusca.api.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.Value;

/**
 * Where a model hands over its residual branches while it writes its trunk. The engine decides how
 * each is linked into the graph: run, run on some tokens, or predicted from the cache.
 */
public interface BranchLinker {
    /**
     * A residual branch, or one stream's part of an attention over several.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}; {@link Value#NONE} of a branch without one
     */
    record Residual(BranchId id, Value x, Value gate) {
        /** Whether the branch's output is multiplied by something before it is added. */
        public boolean gated() {
            return !gate.equals(Value.NONE);
        }
    }

    /**
     * Shows what the first block's attention reads of the image stream, normalised and modulated,
     * before any branch is handed over: what policies may measure the change of. A model that does
     * not show it cannot be run by such a policy.
     *
     * @param modulated writes it, {@code [batch, tokens, channels]}; asked for only where it is
     *     measured
     */
    void input(Supplier<Value> modulated);

    /**
     * The residual branches of an attention, one of each stream that attends. It runs when at least
     * one of them is to be computed.
     *
     * @param parts in the order in which their tokens stand in the attention's sequence
     * @param read streams {@code [batch, tokens, channels]} that are attended to and not added to,
     *     behind the parts
     * @return of each part {@code x + gate * branch}
     */
    List<Value> attention(List<Residual> parts, List<Value> read, Attention attention);

    /**
     * The attention of one stream to itself, and what the branch computes beside it.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}; {@link Value#NONE} for none
     * @return {@code x + gate * branch}
     */
    default Value attention(BranchId id, Value x, Value gate, Attention attention) {
        return attention(List.of(new Residual(id, x, gate)), List.of(), attention).get(0);
    }

    /**
     * A residual branch that mixes tokens in another way than by attention: it runs on all of them
     * or not at all, and shows no signals.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}; {@link Value#NONE} for none
     * @param branch writes the branch; gives its un-gated output {@code [batch, tokens, channels]}
     * @return {@code x + gate * branch}
     */
    Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch);

    /**
     * A residual branch that works on each token by itself.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}; {@link Value#NONE} for none
     * @param branch writes the branch for any number of tokens {@code [batch, n, channels]}; must
     *     use of the stream only what it is given
     * @return {@code x + gate * branch}
     */
    Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch);

    /**
     * Hands over the streams where a block begins, and once more where the last one ends: places at
     * which the engine can put a forecast of what the blocks between have added. A model that does
     * so anywhere does so everywhere; of one that does not, ranges of blocks cannot be forecast.
     *
     * @param block which begins; the number of blocks where the last one ends
     * @param streams each as the block takes it, or as the last one leaves it, {@code [batch,
     *     tokens, channels]}
     * @return what to go on with, of the same streams
     */
    default Map<Stream, Value> enter(int block, Map<Stream, Value> streams) {
        return streams;
    }

    /** As {@link #enter(int, Map)}, of a network with one stream. */
    default Value enter(int block, Stream stream, Value x) {
        return requireNonNull(enter(block, Map.of(stream, x)).get(stream));
    }

    /**
     * Shows the state of a stream where its last MLP has run, {@code [batch, tokens, channels]}:
     * what policies may observe. A model that shows none shows, as the image stream, what it hands
     * to {@link #hidden}.
     */
    void shown(Stream stream, Value x);

    /**
     * Hands over the hidden state that the last layer reads, {@code [batch, tokens, channels]}.
     *
     * @return what the last layer is to go on with: x, or that of an earlier step where the trunk
     *     is skipped
     */
    Value hidden(Value x);
}
