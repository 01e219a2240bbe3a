package org.clusca.api.model;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.Value;

/**
 * Where a model hands over its residual branches while it writes its trunk. The engine decides how
 * each is linked into the graph: run, run on some tokens, or predicted from the cache.
 */
public interface BranchLinker {
    /**
     * One stream's part of a joint computation.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}
     */
    record Residual(BranchId id, Value x, Value gate) {}

    /**
     * Residual branches of several streams that one attention computes together. It runs when at
     * least one of them is to be computed.
     *
     * @param parts in the order in which their tokens stand in the attention's sequence
     * @param branches writes the computation; gives the un-gated output of each part {@code [batch,
     *     tokens, channels]}
     * @return of each part {@code x + gate * branch}
     */
    List<Value> joint(List<Residual> parts, Supplier<List<Value>> branches);

    /**
     * A residual branch that mixes tokens.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}
     * @param branch writes the branch; gives its un-gated output {@code [batch, tokens, channels]}
     * @return {@code x + gate * branch}
     */
    default Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        return joint(List.of(new Residual(id, x, gate)), () -> List.of(branch.get())).get(0);
    }

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
     * A residual branch of attention and MLP side by side.
     *
     * @param x the stream {@code [batch, tokens, channels]}
     * @param gate {@code [batch, 1, channels]}
     * @param mixing writes the attention over all tokens {@code [batch, tokens, channels]}, before
     *     the projection that it shares with the MLP
     * @param tokenwise writes the rest for any number of tokens, from their rows of the stream and
     *     of the attention; gives the un-gated output {@code [batch, n, channels]}
     * @return {@code x + gate * branch}
     */
    Value parallel(
            BranchId id,
            Value x,
            Value gate,
            Supplier<Value> mixing,
            BinaryOperator<Value> tokenwise);

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
