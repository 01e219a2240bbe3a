package org.clusca.policy;

import java.util.SplittableRandom;

/** Random choices of policies: the same place gives the same numbers, whatever was drawn before. */
final class Draws {
    private Draws() {}

    /**
     * @param branch index of the branch
     * @param row batch row, or image where rows of an image share a draw
     */
    static SplittableRandom at(long seed, int step, int branch, int row) {
        return new SplittableRandom(
                ((seed * 1_000_003 + step) * 1_000_003 + branch) * 1_000_003 + row);
    }
}
