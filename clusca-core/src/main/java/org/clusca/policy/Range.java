package org.clusca.policy;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;

/** Checks the numbers that parts are made with. */
final class Range {
    /** As high as {@link #require} lets a number be that has no other bound. */
    static final int ANY = 1_000_000;

    /** As {@code order} of the shipped policies. */
    static final int HIGHEST_ORDER = 8;

    /** Of the intervals and counts that tags may name. */
    static final int MOST_STEPS = 1000;

    private Range() {}

    /**
     * @param what for the error, e.g. "The interval"
     * @throws CluscaException INVALID_PARAMETER when {@code value} is not {@code least} to {@code
     *     most}
     */
    static void require(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    what
                            + " must be "
                            + (most == ANY
                                    ? "at least " + Parameter.format(least)
                                    : Parameter.format(least) + " to " + Parameter.format(most))
                            + ", found "
                            + value(value)
                            + ".");
        }
    }

    private static String value(double value) {
        return Double.isFinite(value) ? Parameter.format(value) : Double.toString(value);
    }
}
