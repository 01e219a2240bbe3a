package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FlowMatchEulerSchedulerTest {
    @Test
    void withoutAShiftTheLevelsAreEven() {
        assertThat(new FlowMatchEulerScheduler(Schedules.config()).sigmas(4, 1))
                .containsExactly(1, 0.75, 0.5, 0.25, 0);
    }

    @Test
    void aSizeMattersOnlyWhenTheShiftIsDynamic() {
        FlowMatchEulerScheduler fixed = new FlowMatchEulerScheduler(Schedules.config("shift", 3.0));
        FlowMatchEulerScheduler dynamic =
                new FlowMatchEulerScheduler(
                        Schedules.config("shift", 3.0, "use_dynamic_shifting", true));
        assertThat(fixed.sigmas(5, 64)).isEqualTo(fixed.sigmas(5, 4096));
        assertThat(dynamic.sigmas(5, 64)[1]).isLessThan(dynamic.sigmas(5, 4096)[1]);
        assertThat(dynamic.schedule(5).timesteps()).isEqualTo(dynamic.schedule(5, 256).timesteps());
    }

    /** By hand: mu 0.5 at 256 tokens, so sigma 1/2 becomes 0.5 / (0.5 + 1). */
    @Test
    void linearShift() {
        FlowMatchEulerScheduler scheduler =
                new FlowMatchEulerScheduler(
                        Schedules.config(
                                "use_dynamic_shifting", true, "time_shift_type", "linear"));
        assertThat(scheduler.sigmas(2, 256)[1]).isCloseTo(1 / 3.0, within(1e-7));
    }

    /** By hand: 1, 0.75, 0.5, 0.25 stretched so that 1 stays and 0.25 becomes 0.1. */
    @Test
    void terminal() {
        FlowMatchEulerScheduler scheduler =
                new FlowMatchEulerScheduler(Schedules.config("shift_terminal", 0.1));
        double[] sigmas = scheduler.sigmas(4, 1);
        assertThat(sigmas[0]).isEqualTo(1);
        assertThat(sigmas[1]).isCloseTo(0.7, within(1e-7));
        assertThat(sigmas[3]).isCloseTo(0.1, within(1e-7));
        assertThat(sigmas[4]).isZero();
        assertThat(scheduler.sigmas(1, 1)).containsExactly(1, 0);
    }
}
