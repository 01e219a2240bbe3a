package org.clusca.api.cache;

/**
 * What a policy may ask the attention branches to show when they are computed: one number per
 * token.
 */
public enum Signal {
    /**
     * Attention that a token receives: the column sums of the softmax map, averaged over the heads.
     */
    ATTENTION_RECEIVED,
    /** Euclidean norm of a token's key, averaged over the heads. */
    KEY_NORM,
    /** Euclidean norm of a token's value, averaged over the heads. */
    VALUE_NORM
}
