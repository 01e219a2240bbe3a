package org.clusca.cluster;

import java.util.SplittableRandom;

/** Independent streams of random numbers, each named by a seed and coordinates. */
public final class Seeds {
    private Seeds() {}

    /**
     * The stream of one place, e.g. {@code stream(seed, batchRow)} or {@code stream(seed, step,
     * layer, batchRow)}: the same arguments give the same numbers, whatever was drawn elsewhere and
     * in whatever order; different ones give unrelated numbers.
     */
    public static SplittableRandom stream(long seed, int... coordinates) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int coordinate : coordinates) {
            // split() mixes the state: neighbouring sums do not give shifted copies of one stream.
            random = new SplittableRandom(random.nextLong() + coordinate).split();
        }
        return random;
    }
}
