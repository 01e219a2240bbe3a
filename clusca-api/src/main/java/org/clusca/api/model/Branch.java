package org.clusca.api.model;

/**
 * A residual branch as the engine and the policies see it. Its cost has two parts: what runs on all
 * tokens or not at all, and what can run on some of them.
 *
 * @param tokens tokens of its stream
 * @param width channels of its output
 * @param mixing what one batch row takes to mix tokens; none in an MLP. Of an attention over
 *     several streams each branch has the queries of its own stream
 * @param tokenwise what one batch row takes on all tokens of the part that works token by token;
 *     none when the branch is never asked for some of its tokens
 */
public record Branch(BranchId id, int tokens, int width, Cost mixing, Cost tokenwise) {
    /** Of one batch row on all tokens. */
    public Cost cost() {
        return mixing.plus(tokenwise);
    }

    /** Of one batch row when {@code count} tokens are refreshed. */
    public Cost cost(int count) {
        return tokenwise.share(count, tokens);
    }

    /**
     * The same where some of its tokens go through attention too: then all of it works by token.
     */
    public Branch throughAttention() {
        return new Branch(id, tokens, width, Cost.NONE, cost());
    }
}
