package org.clusca.api.cache;

/**
 * What one residual branch does at one step. Sealed: a new kind must be handled everywhere, the
 * compiler says where.
 */
public sealed interface Action {
    /**
     * Run the branch on all tokens; its un-gated output becomes order 0 of the cached feature.
     *
     * @param restart true forgets what was cached before; false takes backward divided differences
     *     with it, as many orders as the policy keeps: {@code new[i+1] = (new[i] - old[i]) / (this
     *     step - last computed step)}
     */
    record Compute(boolean restart) implements Action {}

    /**
     * Run the branch on some tokens, merge their outputs into order 0 of the cached feature (where
     * they stay for later steps), then predict all tokens from the cache. Only for branches that
     * work token by token.
     *
     * @param tokens {@code [batch][n]} token indices; n may differ between batch rows and may be 0
     */
    record ComputeTokens(int[][] tokens, Merge merge, Predictor predictor) implements Action {}

    /** Do not run the branch: predict its output from the cache. */
    record Predict(Predictor predictor) implements Action {}
}
