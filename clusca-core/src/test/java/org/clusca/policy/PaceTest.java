package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.List;
import java.util.stream.IntStream;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.GenerationContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {
    private static int[] full(Pace pace, int steps) {
        When.FullSteps rule =
                pace.when().open(new GenerationContext(List.of(), 1, 1, 4, 1, steps, 0));
        return IntStream.range(0, steps).filter(step -> rule.full(step, 0)).toArray();
    }

    /** The schedule of which the best result was measured. */
    @Test
    void wideningByFourOfFiftySteps() {
        assertThat(full(Pace.widening(4), 50))
                .containsExactly(0, 3, 7, 11, 15, 19, 23, 27, 31, 36, 41, 46);
    }

    @ParameterizedTest
    @CsvSource({"3, 28", "4, 28", "5, 50", "6, 100", "2, 20"})
    void wideningFollowsTheNumberOfSteps(int interval, int steps) {
        int[] full = full(Pace.widening(interval), steps);
        assertThat(full).startsWith(0, interval - 1, 2 * interval - 1);
        for (int i = 2; i < full.length; i++) {
            boolean early = full[i - 1] < 0.6 * steps;
            assertThat(full[i] - full[i - 1]).isEqualTo(early ? interval : interval + 1);
        }
        assertThat(full[full.length - 1]).isGreaterThanOrEqualTo(steps - interval - 1);
    }

    @Test
    void wideningByOneIsEveryStep() {
        assertThat(full(Pace.widening(1), 12)).hasSize(12);
    }

    @Test
    void stepsAsListed() {
        assertThat(full(Pace.of(0, 2, 7), 12)).containsExactly(0, 2, 7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "taylorseer:interval=5,order=2,first=2",
                "taylorseer:interval=4,order=1,full=widening,keep=last",
                "taylorseer:order=2,full=0-3-7",
                "clusca:interval=4,clusters=8,order=2,propagation=0.007,full=widening",
                "clusca:clusters=8,order=2,propagation=0.007,full=0-3-7",
                "output:interval=4,order=2,as=epsilon",
                "output:interval=5,order=1,as=velocity,first=2,full=regular",
                "output:order=2,as=sample,full=0-3-7-11",
                "freqca:interval=6,first=3",
                "freqca:interval=5,first=3,full=widening,order=3,low=1,transform=fft,cutoff=0.2,forecast=taylor"
            })
    void tagsSayIt(String tag) {
        assertThat(Clusca.create().policy(tag).tag()).isEqualTo(tag);
    }

    @Test
    void whatIsNoListIsRefused() {
        for (String list : new String[] {"often", "0,3", "0-", "-3", "0-3.5", ""}) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> new Pace(5, 2, list),
                    "regular, widening or a list such as 0-3-7",
                    "'" + list + "'");
        }
        assertRefused(ErrorCode.INVALID_PARAMETER, () -> Pace.of(3, 7), "must begin with step 0");
        assertRefused(ErrorCode.INVALID_PARAMETER, () -> Pace.regular(0, 1), "interval", "found 0");
    }
}
