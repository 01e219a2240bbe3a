package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;

/** Expected numbers are what numpy gives for diffusers' formulas. */
class TimestepSpacingTest {

    @Test
    void leadingLeavesOutTheNoisiest() {
        assertThat(TimestepSpacing.LEADING.timesteps(3, 3, 1000, 0)).containsExactly(666, 333, 0);
        assertThat(TimestepSpacing.LEADING.timesteps(3, 3, 1000, 1)).containsExactly(667, 334, 1);
    }

    @Test
    void trailingLeavesOutZeroAndTheOffset() {
        assertThat(TimestepSpacing.TRAILING.timesteps(3, 3, 1000, 5))
                .containsExactly(999, 666, 332);
    }

    @Test
    void halvesAreRoundedToEven() {
        // 1000 - 62.5 i and 249.75 i
        assertThat(TimestepSpacing.TRAILING.timesteps(16, 16, 1000, 0))
                .startsWith(999, 937, 874, 811, 749);
        assertThat(TimestepSpacing.LINSPACE.timesteps(3, 3, 1000, 0)).containsExactly(999, 500, 0);
        assertThat(TimestepSpacing.LINSPACE.timesteps(3, 3, 998, 0)).containsExactly(997, 498, 0);
    }

    @Test
    void leadingAndLinspaceStartOneStepAtZeroAndTrailingAtTheNoisiest() {
        assertThat(TimestepSpacing.LEADING.timesteps(1, 1, 1000, 0)).containsExactly(0);
        assertThat(TimestepSpacing.LINSPACE.timesteps(1, 1, 1000, 0)).containsExactly(0);
        assertThat(TimestepSpacing.TRAILING.timesteps(1, 1, 1000, 0)).containsExactly(999);
    }

    @Test
    void anOffsetBeyondTheTrainingTimestepsIsRefused() {
        DdimScheduler scheduler = new DdimScheduler(Schedules.config("steps_offset", 1));
        assertThat(scheduler.schedule(500).timesteps()[0]).isEqualTo(999);
        assertThatThrownBy(() -> scheduler.schedule(1000))
                .hasMessageContaining("steps_offset 1")
                .extracting(e -> ((CluscaException) e).code())
                .isEqualTo(ErrorCode.INVALID_PARAMETER);
    }
}
