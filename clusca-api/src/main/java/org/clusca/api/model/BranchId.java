package org.clusca.api.model;

import java.util.Locale;

/**
 * Address of a residual branch {@code x <- x + gate * branch(x)}.
 *
 * @param ordinal tells branches of one kind on one stream of a block apart, from 0 in the order in
 *     which they run
 */
public record BranchId(int block, Stream stream, BranchKind kind, int ordinal) {
    /** The first of its kind, which mostly is the only one. */
    public BranchId(int block, Stream stream, BranchKind kind) {
        this(block, stream, kind, 0);
    }

    @Override
    public String toString() {
        String name = ("block" + block + "." + stream + "." + kind).toLowerCase(Locale.ROOT);
        return ordinal == 0 ? name : name + ordinal;
    }
}
