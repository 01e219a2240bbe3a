package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.testkit.BaseSchedulerTest.Behavior;

/** What a scheduler makes of a network that knows the clean latent. */
record NoiseChecks(BaseSchedulerTest given) {
    private static final int[] SHAPE = Denoising.SHAPE;

    void aPerfectNetworkLeadsToTheCleanLatent() {
        Map<String, Object> sample = Map.of("prediction_type", "sample", "clip_sample", false);
        boolean takesSample = given.hasBehavior(Behavior.PREDICTION_TYPE_SAMPLE);
        if (!takesSample) {
            Checks.refused(
                    "A prediction type that the scheduler does not know must be refused",
                    ErrorCode.INVALID_MODEL,
                    () -> given.scheduler(sample),
                    "prediction_type");
        }
        Scheduler scheduler = takesSample ? given.scheduler(sample) : given.scheduler();
        Tensor clean = Numbers.normal(20, 2, SHAPE);
        for (int steps : new int[] {2, 10}) {
            Schedule schedule = scheduler.schedule(steps);
            double[] timesteps = schedule.timesteps();
            Tensor latent = Numbers.normal(21, schedule.initialNoiseScale(), SHAPE);
            for (int i = 0; i < timesteps.length; i++) {
                Tensor output = given.perfectOutput(timesteps[i], latent, clean);
                latent = schedule.step(i, output, latent, Denoising.NOISE);
            }
            double error = Checks.relativeError(latent, clean);
            assertThat(error < 1e-4)
                    .as(
                            "Whether a network that predicts perfectly leads to the clean latent in %s"
                                    + " steps (the relative error is %s)",
                            steps, error)
                    .isEqualTo(given.hasBehavior(Behavior.RECOVERS_CLEAN_LATENT));
        }
    }

    /**
     * With the clean latent known, a latent is {@code alpha * clean + sigma * noise} at every step:
     * its mean gives alpha, its variance sigma, and the two belong together.
     */
    void latentsKeepTheirNoiseLevel() {
        boolean takesSample = given.hasBehavior(Behavior.PREDICTION_TYPE_SAMPLE);
        Scheduler scheduler =
                takesSample
                        ? given.scheduler(Map.of("prediction_type", "sample", "clip_sample", false))
                        : given.scheduler();
        int[] shape = {1, 3, 64, 64};
        Tensor clean = Tensor.zeros(shape);
        for (int i = 0; i < clean.size(); i++) {
            clean.data().put(i, 2);
        }
        Schedule schedule = scheduler.schedule(10);
        double[] timesteps = schedule.timesteps();
        double sigma = schedule.initialNoiseScale();
        Tensor latent = Numbers.normal(22, sigma, shape);
        if (sigma > 1.5) {
            // noise on top of a whole clean latent, not in place of a share of it
            for (int i = 0; i < latent.size(); i++) {
                latent.data().put(i, latent.data().get(i) + 2);
            }
        }
        boolean fits = true;
        StringBuilder levels = new StringBuilder();
        List<String> misstated = new ArrayList<>();
        // the last step adds nothing
        for (int i = 0; i + 1 < timesteps.length; i++) {
            Tensor output = given.perfectOutput(timesteps[i], latent, clean);
            latent = schedule.step(i, output, latent, Denoising.NOISE);
            double alpha = mean(latent) / 2;
            double deviation = deviation(latent);
            double kept = Math.hypot(alpha, deviation);
            fits &=
                    Math.abs(kept - 1) < 0.03
                            || Math.abs(alpha + deviation - 1) < 0.03
                            || Math.abs(alpha - 1) < 0.01;
            schedule.level(i + 1)
                    .filter(level -> !agrees(level, alpha, deviation))
                    .ifPresent(
                            level ->
                                    misstated.add(
                                            level + ", found " + alpha + " and " + deviation));
            levels.append(String.format(Locale.ROOT, " %.3f and %.3f,", alpha, deviation));
        }
        assertThat(fits)
                .as(
                        "Whether clean latent and noise have shares that belong together after every"
                                + " step (squares or sum 1, or the clean latent whole); the shares were:"
                                + " %s",
                        levels)
                .isEqualTo(given.hasBehavior(Behavior.NOISE_FITS_THE_LEVEL));
        if (given.hasBehavior(Behavior.NOISE_FITS_THE_LEVEL)) {
            assertThat(misstated)
                    .as("The shares after every step must be what level says of the next one")
                    .isEmpty();
        }
    }

    private static boolean agrees(NoiseLevel level, double alpha, double sigma) {
        return Math.abs(level.alpha() - alpha) < 0.03
                && Math.abs(level.sigma() - sigma) < 0.03 + 0.03 * sigma;
    }

    private static double mean(Tensor tensor) {
        double sum = 0;
        for (int i = 0; i < tensor.size(); i++) {
            sum += tensor.data().get(i);
        }
        return sum / tensor.size();
    }

    private static double deviation(Tensor tensor) {
        double mean = mean(tensor);
        double sum = 0;
        for (int i = 0; i < tensor.size(); i++) {
            sum += Math.pow(tensor.data().get(i) - mean, 2);
        }
        return Math.sqrt(sum / tensor.size());
    }
}
