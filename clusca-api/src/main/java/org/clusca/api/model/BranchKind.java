package org.clusca.api.model;

/** What a residual branch does with its tokens. */
public enum BranchKind {
    /** Mixes tokens: runs on all of them or not at all. */
    ATTENTION,
    /** Works on each token by itself, so it can run on some of them. */
    MLP,
    /** Attention and MLP side by side in one branch, as in the single blocks of FLUX. */
    PARALLEL
}
