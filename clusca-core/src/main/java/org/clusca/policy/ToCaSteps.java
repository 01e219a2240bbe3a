package org.clusca.policy;

/**
 * The full steps of ToCa: the first, and those whose number, counted down to 0, is a multiple of an
 * interval that shrinks towards the end and is 2 in a stretch that suffers most from reuse (20 % to
 * 40 % of the steps, counted down). The interval is set anew at every full step.
 *
 * <p>In the published code the first layer sets it and the layers after it decide by the new value,
 * so that a step can be full in the first layer alone; {@code perLayer} replays that.
 */
final class ToCaSteps implements StepPositions {
    /** Of every step, the first layer's distance in the countdown to the next full step. */
    private final int[] first;

    /** That of the layers after it. */
    private final int[] others;

    ToCaSteps(int interval, int steps, boolean perLayer) {
        first = new int[steps];
        others = new int[steps];
        int current = interval;
        for (int index = 0; index < steps; index++) {
            int countdown = steps - 1 - index;
            first[index] = index == 0 ? 0 : countdown % current;
            if (first[index] == 0) {
                current = interval(interval, countdown, steps);
            }
            others[index] = perLayer && index > 0 ? countdown % current : first[index];
        }
    }

    private static int interval(int base, int countdown, int steps) {
        if (countdown >= (int) (steps * 0.2) && countdown < (int) (steps * 0.4)) {
            return 2;
        }
        // as published: rounded half to even, from a float32 factor
        return Math.max(1, (int) Math.rint(base / (float) (1.4 - 0.8 * countdown / steps)));
    }

    /** The step's number, counted down, modulo the interval in force. */
    @Override
    public int position(int index, int block) {
        return block == 0 ? first[index] : others[index];
    }
}
