package org.clusca.engine.trunk;

import org.clusca.api.model.BranchId;
import org.clusca.api.model.Weights;

/**
 * A transformer's weights as they are held, by where they are used. Where two are the same object,
 * so are the weights.
 *
 * @param outside of its branches: embedders, the last layer
 * @param branches in branches that are computed on all tokens
 * @param tokens in branches that work token by token and are computed on some
 * @param keep first blocks, and as many of the last, that have {@code outside}'s
 */
public record TrunkWeights(Weights outside, Weights branches, Weights tokens, int keep) {
    /** Everywhere the same. */
    public static TrunkWeights same(Weights weights) {
        return new TrunkWeights(weights, weights, weights, 0);
    }

    /**
     * @param blocks of the network
     */
    Weights branches(BranchId id, int blocks) {
        return keeps(id, blocks) ? outside : branches;
    }

    /** As {@link #branches(BranchId, int)}, where a branch is computed on some tokens. */
    Weights tokens(BranchId id, int blocks) {
        return keeps(id, blocks) ? outside : tokens;
    }

    private boolean keeps(BranchId id, int blocks) {
        return id.block() < keep || id.block() >= blocks - keep;
    }
}
