package org.clusca.policy;

/**
 * Full steps at regular intervals: the {@code first} leading steps, then every {@code interval}-th
 * after the last of them, by a counter that every full step sets back. Source: the schedule of
 * ClusCa and TaylorSeer.
 */
record Interval(int interval, int first) implements StepPositions {
    Interval {
        Range.require("The interval of full steps", interval, 1, Range.ANY);
        Range.require("The number of leading full steps", first, 1, Range.ANY);
    }

    @Override
    public int position(int index, int block) {
        return index < first ? 0 : (index - (first - 1)) % interval;
    }

    /**
     * The leading steps lie too close together for a slope: differences are taken from the last of
     * them on.
     */
    @Override
    public boolean restarts(int step) {
        return step < first - 1;
    }
}
