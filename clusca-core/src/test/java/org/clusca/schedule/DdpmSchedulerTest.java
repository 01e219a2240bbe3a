package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DdpmSchedulerTest {
    private static final int STEPS = 10;
    private static final int INDEX = 4;

    @Test
    void noiseIsAskedForAtEveryTimestepAboveZero() {
        List<Integer> asked = new ArrayList<>();
        Schedule schedule = new DdpmScheduler(Schedules.config()).schedule(4);
        Schedules.run(
                schedule,
                Schedules.random(1, 1, 2, 3, 3),
                2,
                (step, shape) -> {
                    asked.add(step);
                    assertThat(shape).containsExactly(1, 2, 3, 3);
                    return Tensor.zeros(shape);
                });
        assertThat(asked).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "fixed_small, small",
        "fixed_small_log, small",
        "fixed_large, large",
        "fixed_large_log, large"
    })
    void fixedVarianceIsThePosteriorsOrBeta(String type, String which) {
        DdpmScheduler scheduler = new DdpmScheduler(Schedules.config("variance_type", type));
        NoiseLevels levels = scheduler.levels(STEPS);
        double variance =
                which.equals("small") ? levels.posteriorVariance(INDEX) : levels.beta(INDEX);
        assertThat(addedNoise(scheduler, Tensor.zeros(1, 1, 1, 1)))
                .isCloseTo(Math.sqrt(variance), within(1e-6));
        assertThat(addedNoise(scheduler, wide(7)))
                .as("variance channels are left aside")
                .isCloseTo(Math.sqrt(variance), within(1e-6));
    }

    @Test
    void learnedRangeGoesFromThePosteriorsVarianceToBeta() {
        DdpmScheduler scheduler =
                new DdpmScheduler(Schedules.config("variance_type", "learned_range"));
        NoiseLevels levels = scheduler.levels(STEPS);
        double small = levels.posteriorVariance(INDEX);
        double large = levels.beta(INDEX);
        assertThat(addedNoise(scheduler, wide(-1))).isCloseTo(Math.sqrt(small), within(1e-6));
        assertThat(addedNoise(scheduler, wide(1))).isCloseTo(Math.sqrt(large), within(1e-6));
        assertThat(addedNoise(scheduler, wide(0)))
                .isCloseTo(Math.sqrt(Math.sqrt(small * large)), within(1e-6));
    }

    @Test
    void learnedVarianceIsTheChannelItself() {
        DdpmScheduler scheduler = new DdpmScheduler(Schedules.config("variance_type", "learned"));
        assertThat(addedNoise(scheduler, wide(0.25f))).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void everyImageHasItsOwnVarianceChannels() {
        Tensor output = Tensor.of(new float[] {0, 0, 0.04f, 0.09f, 0, 0, 0.16f, 0.25f}, 2, 4, 1, 1);
        Tensor ones = Tensor.of(new float[] {1, 1, 1, 1}, 2, 2, 1, 1);
        Tensor next =
                new DdpmScheduler(Schedules.config("variance_type", "learned"))
                        .schedule(STEPS)
                        .step(0, output, Tensor.zeros(2, 2, 1, 1), (step, shape) -> ones);
        assertThat(next.toArray())
                .containsExactly(new float[] {0.2f, 0.3f, 0.4f, 0.5f}, within(1e-6f));
    }

    @Test
    void aModelWithoutVarianceChannelsIsRefused() {
        Schedule schedule =
                new DdpmScheduler(Schedules.config("variance_type", "learned_range"))
                        .schedule(STEPS);
        Tensor latent = Tensor.zeros(1, 4, 2, 2);
        assertThatThrownBy(() -> schedule.step(0, latent, latent, Schedules.noise(1)))
                .hasMessageContaining("expected an output of 8 channels, found 4")
                .extracting(e -> ((CluscaException) e).code())
                .isEqualTo(ErrorCode.INCOMPATIBLE);
    }

    @Test
    void oneStepAtTimestepZeroReturnsTheClippedPrediction() {
        Tensor prediction = Tensor.of(new float[] {-2, 0.5f, 2}, 1, 1, 1, 3);
        Tensor next =
                new DdpmScheduler(Schedules.config("prediction_type", "sample"))
                        .schedule(1)
                        .step(0, prediction, Schedules.random(1, 1, 1, 1, 3), Schedules.NONE);
        assertThat(next.toArray()).containsExactly(-1, 0.5f, 1);
    }

    /** What a noise of 1 changes in the next latent. */
    private static double addedNoise(DdpmScheduler scheduler, Tensor output) {
        Tensor latent = Tensor.zeros(1, 1, 1, 1);
        Schedule schedule = scheduler.schedule(STEPS);
        float with = schedule.step(INDEX, output, latent, (step, shape) -> filled(1)).data().get(0);
        float without =
                schedule.step(INDEX, output, latent, (step, shape) -> filled(0)).data().get(0);
        return with - without;
    }

    private static Tensor filled(float value) {
        return Tensor.of(new float[] {value}, 1, 1, 1, 1);
    }

    private static Tensor wide(float variance) {
        return Tensor.of(new float[] {0, variance}, 1, 2, 1, 1);
    }
}
