package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.Schedule;
import org.junit.jupiter.api.Test;

class DdimSchedulerTest {

    @Test
    void varianceChannelsAreLeftAside() {
        Tensor latent = Schedules.random(1, 2, 3, 4, 4);
        Tensor wide = Schedules.random(2, 2, 6, 4, 4);
        Tensor narrow = Tensor.zeros(2, 3, 4, 4);
        for (int image = 0; image < 2; image++) {
            narrow.rows(image, image + 1)
                    .data()
                    .put(wide.rows(image, image + 1).reshape(6, 4, 4).rows(0, 3).data());
        }
        Schedule schedule = new DdimScheduler(Schedules.config()).schedule(5);
        assertThat(schedule.step(1, wide, latent, Schedules.NONE).toArray())
                .isEqualTo(schedule.step(1, narrow, latent, Schedules.NONE).toArray());
    }

    @Test
    void anOutputOfAnotherShapeIsRefused() {
        Schedule schedule = new DdimScheduler(Schedules.config()).schedule(5);
        Tensor latent = Tensor.zeros(2, 3, 4, 4);
        for (int[] shape : new int[][] {{2, 5, 4, 4}, {4, 3, 4, 4}, {2, 3, 8, 2}, {2, 3, 4}}) {
            assertThatThrownBy(() -> schedule.step(0, Tensor.zeros(shape), latent, Schedules.NONE))
                    .hasMessageContaining("[2, 3, 4, 4] or, with learned variance, [2, 6, 4, 4]")
                    .extracting(e -> ((CluscaException) e).code())
                    .isEqualTo(ErrorCode.INCOMPATIBLE);
        }
    }

    @Test
    void theLastStepReturnsTheClippedPrediction() {
        Tensor latent = Schedules.random(1, 1, 2, 2, 2);
        Tensor prediction = Tensor.of(new float[] {-3, -1, -0.5f, 0, 0.5f, 1, 2, 9}, 1, 2, 2, 2);
        Schedule clipped =
                new DdimScheduler(
                                Schedules.config(
                                        "prediction_type", "sample", "clip_sample_range", 1.5))
                        .schedule(2);
        assertThat(clipped.step(1, prediction, latent, Schedules.NONE).toArray())
                .containsExactly(-1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 1.5f);
    }

    @Test
    void withoutAlphaOneTheLastStepEndsAtTheLevelOfTimestepZero() {
        NoiseLevels one = new DdimScheduler(Schedules.config()).levels(4);
        NoiseLevels first =
                new DdimScheduler(Schedules.config("set_alpha_to_one", false)).levels(4);
        assertThat(one.nextAlphaCumprod(3)).isEqualTo(1);
        assertThat(first.nextAlphaCumprod(3)).isEqualTo(first.alphaCumprod(3));
        assertThat(first.nextAlphaCumprod(0)).isEqualTo(first.alphaCumprod(1));
    }

    /** Every step ends where the next one begins, whatever the grid. */
    @Test
    void aStepEndsAtTheLevelOfTheNextTimestep() {
        for (String spacing : new String[] {"leading", "trailing", "linspace"}) {
            for (int steps : new int[] {2, 7, 10, 30, 999}) {
                NoiseLevels levels =
                        new DdimScheduler(Schedules.config("timestep_spacing", spacing))
                                .levels(steps);
                for (int i = 0; i + 1 < steps; i++) {
                    assertThat(levels.nextAlphaCumprod(i))
                            .as("%s, step %d of %d", spacing, i, steps)
                            .isEqualTo(levels.alphaCumprod(i + 1));
                }
                assertThat(levels.nextAlphaCumprod(steps - 1)).isEqualTo(1);
            }
        }
    }

    /**
     * The growth of the signal from 999 to 888 and so on; the published code steps down by 100,
     * whatever lies between the timesteps.
     */
    @Test
    void theFixedStrideOfThePublishedCodeIsAnOption() {
        assertThat(growth(Schedules.config("timestep_spacing", "linspace")))
                .containsExactly(new double[] {2.88421, 2.54546, 2.24712, 1.98431}, within(1e-4));
        assertThat(growth(Schedules.config("timestep_spacing", "linspace", "fixed_stride", true)))
                .containsExactly(new double[] {2.61133, 2.33331, 2.08542, 1.86433}, within(1e-4));
    }

    /** Of the first four of ten steps: the square root of the ratio of next and this level. */
    private static double[] growth(Config config) {
        NoiseLevels levels = new DdimScheduler(config).levels(10);
        return IntStream.range(0, 4)
                .mapToDouble(i -> Math.sqrt(levels.nextAlphaCumprod(i) / levels.alphaCumprod(i)))
                .toArray();
    }

    @Test
    void oneStepRemovesTheNoiseThatWasPredicted() {
        Tensor noise = Schedules.random(5, 1, 1, 2, 2);
        DdimScheduler scheduler =
                new DdimScheduler(
                        Schedules.config("clip_sample", false, "timestep_spacing", "trailing"));
        double signal = Math.sqrt(scheduler.levels(1).alphaCumprod(0));
        double sigma = Math.sqrt(1 - scheduler.levels(1).alphaCumprod(0));
        float[] latent = noise.toArray();
        for (int i = 0; i < latent.length; i++) {
            latent[i] = (float) (signal * 100 + sigma * latent[i]);
        }
        Tensor end =
                scheduler
                        .schedule(1)
                        .step(0, noise, Tensor.of(latent, noise.shape()), Schedules.NONE);
        for (float value : end.toArray()) {
            assertThat(value).isCloseTo(100f, within(1e-3f));
        }
    }
}
