package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Full steps of ClusCa and TaylorSeer, against the table of the published DiT code. */
final class IntervalTest {
    @ParameterizedTest
    @CsvSource({"3, 18", "4, 14", "5, 11", "6, 10", "7, 8", "8, 8", "9, 7"})
    void fullStepsOfFifty(int interval, int expected) {
        int[] full = full(new Interval(interval, 2), 50);
        assertThat(full).hasSize(expected).startsWith(0, 1, 1 + interval, 1 + 2 * interval);
        for (int i = 2; i < full.length; i++) {
            assertThat(full[i] - full[i - 1]).isEqualTo(interval);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 18", "5, 3, 12", "9, 3, 8", "4, 1, 13", "8, 1, 7"})
    void otherLeadingSteps(int interval, int first, int expected) {
        int[] full = full(new Interval(interval, first), 50);
        assertThat(full).hasSize(expected).contains(first - 1, first - 1 + interval);
    }

    @Test
    void everyStep() {
        assertThat(full(new Interval(1, 2), 10)).hasSize(10);
    }

    @Test
    void differencesStartAtTheLastOfTheLeadingSteps() {
        Interval interval = new Interval(5, 3);
        assertThat(IntStream.range(0, 10).filter(interval::restarts)).containsExactly(0, 1);
    }

    private static int[] full(Interval interval, int steps) {
        return IntStream.range(0, steps).filter(step -> interval.full(step, 0)).toArray();
    }
}
