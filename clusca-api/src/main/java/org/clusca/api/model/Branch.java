package org.clusca.api.model;

/**
 * A residual branch as the engine and the policies see it.
 *
 * @param tokens tokens of its stream
 * @param width channels of its output
 * @param flops floating-point operations on all tokens of one batch row, 2 per multiply-add, matrix
 *     products only
 */
public record Branch(BranchId id, int tokens, int width, long flops) {
    /**
     * Operations on {@code count} tokens of one batch row; only for a branch that works token by
     * token.
     */
    public long flops(int count) {
        return flops / tokens * count;
    }
}
