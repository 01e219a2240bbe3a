package org.clusca.api.cache;

import org.clusca.api.model.BranchKind;

/** What a policy may ask branches to show when they are computed: one number per token. */
public enum Signal {
    /**
     * Attention that a token receives: the column sums of the softmax map, averaged over the heads.
     */
    ATTENTION_RECEIVED,
    /** Euclidean norm of a token's key, averaged over the heads. */
    KEY_NORM,
    /** Euclidean norm of a token's value, averaged over the heads. */
    VALUE_NORM,
    /**
     * One minus the cosine of a token in the residual stream and of what the branch adds to it
     * (un-gated): 0 to 2.
     */
    DISSIMILARITY;

    /** Whether branches of a kind show it. */
    public boolean shownBy(BranchKind kind) {
        return switch (kind) {
            case ATTENTION -> this != DISSIMILARITY;
            case CROSS_ATTENTION, MLP -> this == DISSIMILARITY;
            case PARALLEL -> true;
        };
    }
}
