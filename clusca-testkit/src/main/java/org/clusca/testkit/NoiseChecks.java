package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.testkit.BaseSchedulerTest.Behavior;

/** What a scheduler makes of a network that knows the clean latent. */
record NoiseChecks(BaseSchedulerTest given) {
    private static final int[] SHAPE = Denoising.SHAPE;
    private static final int STEPS = 10;

    private static final Map<String, Object> SAMPLE =
            Map.of("prediction_type", "sample", "clip_sample", false);

    void aPerfectNetworkLeadsToTheCleanLatent() {
        boolean takesSample = given.hasBehavior(Behavior.PREDICTION_TYPE_SAMPLE);
        if (!takesSample) {
            Checks.refused(
                    "A prediction type that the scheduler does not know must be refused",
                    ErrorCode.INVALID_MODEL,
                    () -> given.scheduler(SAMPLE),
                    "prediction_type");
        }
        Scheduler scheduler = takesSample ? given.scheduler(SAMPLE) : given.scheduler();
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
     * the two belong together, in one way from the first step to the last.
     */
    void latentsKeepTheirNoiseLevel() {
        boolean takesSample = given.hasBehavior(Behavior.PREDICTION_TYPE_SAMPLE);
        Scheduler scheduler = takesSample ? given.scheduler(SAMPLE) : given.scheduler();
        List<NoiseShares> found = NoiseShares.afterEveryStep(given, scheduler, STEPS);
        boolean fits =
                found.stream().allMatch(NoiseShares::squaresAddUp)
                        || found.stream().allMatch(NoiseShares::addUp)
                        || found.stream().allMatch(NoiseShares::cleanIsWhole);
        assertThat(fits)
                .as(
                        "Whether clean latent and noise have shares that belong together after every"
                                + " step (squares or sum 1, or the clean latent whole); the shares were"
                                + " %s",
                        found)
                .isEqualTo(given.hasBehavior(Behavior.NOISE_FITS_THE_LEVEL));
        if (!given.hasBehavior(Behavior.NOISE_FITS_THE_LEVEL)) {
            return;
        }
        Schedule schedule = scheduler.schedule(STEPS);
        List<String> misstated = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            NoiseShares shares = found.get(i);
            schedule.level(i + 1)
                    .filter(level -> !shares.agreeWith(level))
                    .ifPresent(level -> misstated.add(level + ", found " + shares));
        }
        assertThat(misstated)
                .as("The shares after every step must be what level says of the next one")
                .isEmpty();
    }
}
