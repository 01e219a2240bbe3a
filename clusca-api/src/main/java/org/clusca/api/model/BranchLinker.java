package org.clusca.api.model;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.Value;

/**
 * Where a model hands over its residual branches while it writes its trunk. The engine decides how
 * each is linked into the graph: run, run on some tokens, or predicted from the cache.
 */
public interface BranchLinker {
    /**
     * A residual branch that mixes tokens.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}
     * @param branch writes the branch; gives its un-gated output {@code [batch, tokens, channels]}
     * @return {@code x + gate * branch}
     */
    Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch);

    /**
     * A residual branch that works on each token by itself.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}
     * @param branch writes the branch for any number of tokens {@code [batch, n, channels]}; must
     *     use of the stream only what it is given
     * @return {@code x + gate * branch}
     */
    Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch);

    /**
     * Hands over the hidden state after the last block, {@code [batch, tokens, channels]}: what
     * policies may observe.
     *
     * @return what the last layer is to go on with: x, or that of an earlier step where the trunk
     *     is skipped
     */
    Value hidden(Value x);
}
