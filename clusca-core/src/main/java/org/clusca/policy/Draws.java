package org.clusca.policy;

import java.util.SplittableRandom;

/** Random choices of policies: the same place gives the same numbers, whatever was drawn before. */
final class Draws {
    private Draws() {}

    /**
     * @param seed of a batch row, or of an image where its rows share a draw
     * @param branch index of the branch
     */
    static SplittableRandom at(long seed, int step, int branch) {
        return new SplittableRandom(((seed * 1_000_003 + step) * 1_000_003 + branch) * 1_000_003);
    }
}
