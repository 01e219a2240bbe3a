package org.clusca.api.model;

/** What a residual branch does with its tokens. */
public enum BranchKind {
    /**
     * Mixes the tokens of its stream. It can run on some of them where it is handed over in parts
     * ({@link Attention}): these attend to all, to the others as they were computed last.
     */
    ATTENTION,
    /**
     * Attention of its stream's tokens to something else, e.g. to a text: every token attends by
     * itself, so it can run on some of them.
     */
    CROSS_ATTENTION,
    /** Works on each token by itself, so it can run on some of them. */
    MLP,
    /** Attention and MLP side by side in one branch, as in the single blocks of FLUX. */
    PARALLEL
}
