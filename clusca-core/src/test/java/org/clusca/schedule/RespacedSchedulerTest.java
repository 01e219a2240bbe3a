package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.clusca.api.Tensor;
import org.clusca.api.schedule.Schedule;
import org.junit.jupiter.api.Test;

class RespacedSchedulerTest {

    @Test
    void timestepsGoEvenlyFromTheNoisiestToZero() {
        RespacedScheduler scheduler = new RespacedScheduler(Schedules.config());
        assertThat(scheduler.schedule(4).timesteps()).containsExactly(999, 666, 333, 0);
        assertThat(scheduler.schedule(1).timesteps()).containsExactly(0);
        // 499.5 is rounded to even.
        assertThat(scheduler.schedule(3).timesteps()).containsExactly(999, 500, 0);
    }

    @Test
    void theProductOfTheBetasIsTheOriginalOne() {
        NoiseLevels levels = new RespacedScheduler(Schedules.config()).levels(20);
        double product = 1;
        for (int i = 19; i >= 0; i--) {
            product *= 1 - levels.beta(i);
            assertThat(product / levels.alphaCumprod(i)).isCloseTo(1, within(1e-12));
        }
        assertThat(levels.nextAlphaCumprod(19)).isEqualTo(1);
    }

    @Test
    void theAncestralSamplerAddsNoiseExceptAtTheEnd() {
        Tensor latent = Schedules.random(1, 1, 1, 2, 2);
        Tensor output = Schedules.random(2, 1, 2, 2, 2);
        Schedule schedule = new RespacedScheduler(Schedules.config("sampler", "ddpm")).schedule(5);
        assertThat(schedule.step(0, output, latent, Schedules.noise(1)).toArray())
                .isNotEqualTo(schedule.step(0, output, latent, Schedules.noise(2)).toArray());
        assertThat(schedule.step(4, output, latent, Schedules.NONE).isFinite()).isTrue();
    }

    @Test
    void clippingDerivesTheNoiseAgain() {
        Schedule schedule =
                new RespacedScheduler(
                                Schedules.config("clip_sample", true, "prediction_type", "sample"))
                        .schedule(5);
        Tensor latent = Schedules.random(1, 1, 1, 2, 2);
        Tensor beyond = Tensor.of(new float[] {5, 6, 7, 8}, 1, 1, 2, 2);
        Tensor ones = Tensor.of(new float[] {1, 1, 1, 1}, 1, 1, 2, 2);
        assertThat(schedule.step(2, beyond, latent, Schedules.NONE).toArray())
                .isEqualTo(schedule.step(2, ones, latent, Schedules.NONE).toArray());
    }
}
