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
    DISSIMILARITY,
    /**
     * By how much a token's first difference, per step, has changed at a full step (Euclidean
     * norm): the error that a forecast of order 1 had there, but for the distance, which all tokens
     * share. Of a policy that keeps no differences, the error of reuse. Means nothing at the first
     * full step.
     */
    FORECAST_ERROR;

    /** Whether branches of a kind show it. */
    public boolean shownBy(BranchKind kind) {
        return switch (kind) {
            case ATTENTION -> !ofOutput();
            case CROSS_ATTENTION, MLP -> ofOutput();
            case PARALLEL -> true;
        };
    }

    /** Whether it is measured of what a branch writes, not of its attention. */
    private boolean ofOutput() {
        return this == DISSIMILARITY || this == FORECAST_ERROR;
    }
}
