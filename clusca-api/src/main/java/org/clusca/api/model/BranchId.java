package org.clusca.api.model;

import java.util.Locale;

/** Address of a gated residual branch {@code x <- x + gate * branch(x)}. */
public record BranchId(int block, Stream stream, BranchKind kind) {
    @Override
    public String toString() {
        return ("block" + block + "." + stream + "." + kind).toLowerCase(Locale.ROOT);
    }
}
