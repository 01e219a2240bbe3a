package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;

/** Expected numbers are torch's. */
class BetaScheduleTest {

    @Test
    void linearEqualsTorchToTheLastBit() {
        BetaSchedule betas = BetaSchedule.single(Schedules.config());
        assertThat((float) betas.beta(7)).isEqualTo(0.00023943944f);
        assertThat((float) betas.alphaCumprod(500)).isEqualTo(0.07779665f);
        assertThat((float) betas.alphaCumprod(999)).isEqualTo(4.0358304e-05f);
    }

    @Test
    void scaledLinearEqualsTorchToTheLastBit() {
        BetaSchedule betas =
                BetaSchedule.single(
                        Schedules.config(
                                "beta_schedule", "scaled_linear",
                                "beta_start", 0.00085,
                                "beta_end", 0.012));
        assertThat((float) betas.alphaCumprod(500)).isEqualTo(0.27633247f);
        assertThat((float) betas.alphaCumprod(999)).isEqualTo(0.004660095f);
    }

    @Test
    void cosineFollowsTorch() {
        BetaSchedule betas =
                BetaSchedule.single(Schedules.config("beta_schedule", "squaredcos_cap_v2"));
        assertThat(betas.beta(999)).isCloseTo(0.999, within(1e-7));
        assertThat(betas.alphaCumprod(500) / 0.49228504).isCloseTo(1, within(1e-6));
        assertThat(betas.alphaCumprod(999) / 2.428735e-09).isCloseTo(1, within(1e-6));
    }

    @Test
    void rescalingLeavesNoSignalAtTheEndAndTheFirstValueAsItWas() {
        BetaSchedule betas = BetaSchedule.single(Schedules.config("rescale_betas_zero_snr", true));
        assertThat(betas.alphaCumprod(999)).isZero();
        assertThat(betas.alphaCumprod(0)).isCloseTo(0.9999, within(1e-6));
        assertThat(betas.alphaCumprod(500) / 0.0752462).isCloseTo(1, within(1e-6));
    }

    @Test
    void exactDiffersFromSingleByRoundingOnly() {
        BetaSchedule single = BetaSchedule.single(Schedules.config());
        BetaSchedule exact = BetaSchedule.exact(Schedules.config());
        for (int t = 0; t < 1000; t++) {
            assertThat(single.alphaCumprod(t) / exact.alphaCumprod(t)).isCloseTo(1, within(1e-5));
        }
        assertThat(exact.alphaCumprod(0)).isEqualTo(1 - 0.0001);
    }

    @Test
    void trainedBetasAreTakenAsTheyAre() {
        BetaSchedule betas =
                BetaSchedule.single(
                        Schedules.config(
                                "num_train_timesteps", 3, "trained_betas", List.of(0.1, 0.5, 1)));
        assertThat(betas.alphaCumprod(1)).isCloseTo(0.45, within(1e-7));
        assertThat(betas.alphaCumprod(2)).isZero();
    }

    @Test
    void trainedBetasThatDoNotFitAreRefused() {
        assertThatThrownBy(
                        () -> BetaSchedule.single(Schedules.config("trained_betas", List.of(0.1))))
                .hasMessageContaining(
                        "'trained_betas' must be a list of num_train_timesteps = 1000")
                .extracting(e -> ((CluscaException) e).code())
                .isEqualTo(ErrorCode.INVALID_MODEL);
        assertThatThrownBy(
                        () ->
                                BetaSchedule.single(
                                        Schedules.config(
                                                "num_train_timesteps",
                                                2,
                                                "trained_betas",
                                                List.of(0.1, "x"))))
                .hasMessageContaining("found x");
    }
}
