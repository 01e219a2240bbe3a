package org.clusca.engine;

import java.util.Locale;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * In which numbers the linear layers of a denoising network's blocks are computed. What lies
 * outside of them, embedders, modulation and the last layer, is a small part of the work and stays
 * as it is.
 *
 * @param keep first blocks, and as many of the last, that stay as they are too: of all blocks their
 *     errors reach the result the least diminished
 */
public record Compute(Kind kind, int keep) {
    /** Which numbers, and where. */
    public enum Kind {
        /** As the device computes. */
        FLOAT32,
        /**
         * 8-bit whole numbers: weights are rounded for each output channel, what comes in for each
         * call. Text encoders, whose activations have outliers, round both by blocks of 32.
         */
        INT8,
        /**
         * As {@link #INT8} only where MLPs are computed on some tokens; steps that compute all
         * tokens, and encoders, stay as they are. Weights of MLPs are held twice.
         */
        TOKENS_INT8;

        /** {@code fp32}, {@code int8}, {@code tokens-int8}. */
        public String word() {
            return this == FLOAT32 ? "fp32" : name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static final Compute FLOAT32 = new Compute(Kind.FLOAT32, 0);

    /** One block is kept at either end. */
    public static final Compute INT8 = int8(1);

    public static final Compute TOKENS_INT8 = new Compute(Kind.TOKENS_INT8, 0);

    public Compute {
        if (keep < 0) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The blocks kept in float32 must be 0 or more at either end, found "
                            + keep
                            + ".");
        }
    }

    /**
     * @param keep blocks at either end that stay in float32
     * @throws CluscaException INVALID_PARAMETER when it is negative
     */
    public static Compute int8(int keep) {
        return new Compute(Kind.INT8, keep);
    }

    /** As options and reports have it: {@code fp32}, {@code int8:keep=2}. */
    public String word() {
        return kind.word() + (kind == Kind.INT8 && !equals(INT8) ? ":keep=" + keep : "");
    }

    /** A policy's name or tag, with the type where it is not the usual one. */
    public String marked(String policy) {
        return equals(FLOAT32) ? policy : policy + " " + word();
    }
}
