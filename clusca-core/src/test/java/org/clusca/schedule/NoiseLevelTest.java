package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.clusca.schedule.Schedules.config;

import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseLevel.Conversion;
import org.clusca.api.schedule.OutputForm;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.junit.jupiter.api.Test;

/** Every scheduler says of its latents what its own steps make of them. */
final class NoiseLevelTest {
    private static final int[] SHAPE = {1, 2, 3, 3};

    private static List<Scheduler> schedulers(String prediction) {
        return List.of(
                new DdimScheduler(config("prediction_type", prediction, "clip_sample", false)),
                new DpmSolverMultistepScheduler(config("prediction_type", prediction)),
                new RespacedScheduler(config("prediction_type", prediction)));
    }

    @Test
    void aPerfectNetworkLeadsFromLevelToLevel() {
        for (String prediction : List.of("epsilon", "sample", "v_prediction")) {
            schedulers(prediction).forEach(scheduler -> leads(scheduler.schedule(9)));
        }
        leads(new FlowMatchEulerScheduler(config("shift", 3)).schedule(9));
    }

    private static void leads(Schedule schedule) {
        float[] sample = Schedules.random(1, SHAPE).toArray();
        float[] epsilon = Schedules.random(2, SHAPE).toArray();
        NoiseLevel first = schedule.level(0).orElseThrow();
        Tensor latent = sum(first.alpha(), sample, first.sigma(), epsilon);
        for (int index = 0; index < schedule.timesteps().length; index++) {
            NoiseLevel level = schedule.level(index).orElseThrow();
            float[] expected = sum(level.alpha(), sample, level.sigma(), epsilon).toArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(latent.toArray()[i]).isCloseTo(expected[i], within(1e-4f));
            }
            latent =
                    schedule.step(
                            index,
                            form(level, level.output(), sample, epsilon),
                            latent,
                            Schedules.NONE);
        }
    }

    @Test
    void anyFormFollowsFromAnyOther() {
        Schedule ancestral = new DdpmScheduler(config()).schedule(9);
        Schedule flow = new FlowMatchEulerScheduler(config()).schedule(9);
        float[] sample = Schedules.random(1, SHAPE).toArray();
        float[] epsilon = Schedules.random(2, SHAPE).toArray();
        for (Schedule schedule : List.of(ancestral, flow)) {
            NoiseLevel level = schedule.level(5).orElseThrow();
            float[] latent = sum(level.alpha(), sample, level.sigma(), epsilon).toArray();
            for (OutputForm from : OutputForm.values()) {
                for (OutputForm to : OutputForm.values()) {
                    Conversion conversion = level.conversion(from, to);
                    float[] found =
                            sum(
                                            conversion.latent(),
                                            latent,
                                            conversion.given(),
                                            form(level, from, sample, epsilon).toArray())
                                    .toArray();
                    float[] expected = form(level, to, sample, epsilon).toArray();
                    for (int i = 0; i < found.length; i++) {
                        assertThat(found[i])
                                .as("%s from %s", to, from)
                                .isCloseTo(expected[i], within(1e-5f));
                    }
                }
            }
        }
    }

    @Test
    void nothingFollowsFromTheNoiseOfALatentThatIsAllNoise() {
        NoiseLevel start = new FlowMatchEulerScheduler(config()).schedule(4).level(0).orElseThrow();
        assertThatThrownBy(() -> start.conversion(OutputForm.EPSILON, OutputForm.VELOCITY))
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INCOMPATIBLE))
                .hasMessageContaining("VELOCITY does not follow from EPSILON");
    }

    private static Tensor form(NoiseLevel level, OutputForm form, float[] sample, float[] epsilon) {
        return switch (form) {
            case EPSILON -> sum(0, sample, 1, epsilon);
            case SAMPLE -> sum(1, sample, 0, epsilon);
            case VELOCITY ->
                    level.alpha() + level.sigma() == 1
                            ? sum(-1, sample, 1, epsilon)
                            : sum(-level.sigma(), sample, level.alpha(), epsilon);
        };
    }

    private static Tensor sum(double a, float[] first, double b, float[] second) {
        float[] sum = new float[first.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (a * first[i] + b * second[i]);
        }
        return Tensor.of(sum, SHAPE);
    }
}
