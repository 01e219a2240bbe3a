package org.clusca.policy;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Makes a schedule from how much what the blocks add changes from step to step. Source: the offline
 * code of X-Slim (arXiv 2512.12604).
 *
 * @param values mean absolute change of the trunk's residual from step i to step i + 1, which
 *     decides about step i + 1
 */
record StepChanges(double... values) {
    private int steps() {
        return values.length + 1;
    }

    double mean() {
        return Arrays.stream(values).average().orElse(0);
    }

    /** Of numbers, between the two in the middle where they are even. */
    static double median(double... numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? 0
                : sorted.length % 2 == 1
                        ? sorted[middle]
                        : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * Adds the changes up: a step is full when the sum has reached the threshold, which sets it to
     * 0. Steps outside of the window are full.
     *
     * @param first step that may be cached
     * @param last step that may be
     */
    StepPattern coarse(double threshold, int first, int last) {
        char[] letters = new char[steps()];
        Arrays.fill(letters, StepPattern.FULL);
        double sum = 0;
        for (int step = first; step <= last; step++) {
            sum += change(step);
            if (sum < threshold) {
                letters[step] = StepPattern.CACHED;
            } else {
                sum = 0;
            }
        }
        return new StepPattern(new String(letters));
    }

    private double change(int step) {
        return values[step - 1];
    }

    /**
     * In the stable span of the window, of the full steps that change no more than the median every
     * second of three refreshes blocks and every third tokens instead. The span reaches from the
     * first step below the median to before the one that the last one above it follows.
     */
    StepPattern fine(StepPattern coarse, int first, int last) {
        double median = median(values);
        int from =
                IntStream.rangeClosed(first, last)
                        .filter(step -> change(step) < median)
                        .findFirst()
                        .orElse(steps());
        // one step before the last one above, as the authors' code has it
        int to =
                -1
                        + IntStream.rangeClosed(first, last)
                                .filter(step -> change(step) > median)
                                .max()
                                .orElse(0);
        char[] kinds = {StepPattern.FULL, StepPattern.BLOCKS, StepPattern.TOKENS};
        char[] letters = coarse.letters().toCharArray();
        int calm = 0;
        for (int step = from; step < to; step++) {
            if (coarse.is(step, StepPattern.FULL) && change(step) <= median) {
                letters[step] = kinds[calm++ % kinds.length];
            }
        }
        return new StepPattern(new String(letters));
    }
}
