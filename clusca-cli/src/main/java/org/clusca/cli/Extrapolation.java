package org.clusca.cli;

import java.util.Locale;
import java.util.Map;

/**
 * What the whole network would take at the rate of a slice of it. It is arithmetic: the whole was
 * not run.
 *
 * @param flops of a full step of the whole network
 * @param rate operations per second that the slice was computed with
 */
record Extrapolation(int doubleBlocks, int singleBlocks, long flops, double rate) {
    double seconds() {
        return flops / rate;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "the whole network (%d double, %d single blocks) would take about %s s a full step:"
                        + " %s at the measured %.1f GFLOP/s; it was not run",
                doubleBlocks,
                singleBlocks,
                Table.seconds(seconds()),
                Table.flops(flops),
                rate / 1e9);
    }

    Map<String, Object> json() {
        return Map.of(
                "doubleBlocks", doubleBlocks,
                "singleBlocks", singleBlocks,
                "flopsOfFullStep", flops,
                "flopsPerSecond", rate,
                "secondsOfFullStep", seconds(),
                "run", false);
    }
}
