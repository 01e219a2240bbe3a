package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.NoCache;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.junit.jupiter.api.Test;

/** What every {@link Scheduler} must do. Extend it and supply {@link #factory()}. */
public abstract class BaseSchedulerTest {
    /** What a scheduler may leave out; then the opposite is checked. */
    public enum Behavior {
        /** The factory is found on the class path. */
        REGISTERED,
        /** Steps add no noise. */
        DETERMINISTIC,
        /** Takes a network that predicts the variance in a second half of the channels. */
        LEARNED_VARIANCE,
        /**
         * {@code prediction_type: sample} makes it take the network's output for the clean latent.
         */
        PREDICTION_TYPE_SAMPLE,
        /** A network that predicts perfectly leads to the clean latent. */
        RECOVERS_CLEAN_LATENT,
        /** The network runs once for every step that is asked for; else more often. */
        ONE_EVALUATION_A_STEP,
        /** What a step adds in noise is what its noise level lacks, no more and no less. */
        NOISE_FITS_THE_LEVEL
    }

    /** {@code [images, channels, height, width]}. */
    private static final int[] SHAPE = Denoising.SHAPE;

    /** The factory under test. */
    protected abstract SchedulerFactory factory();

    /** The settings under test; by default none are given. */
    protected Map<String, Object> settings() {
        return Map.of();
    }

    /** True unless the scheduler leaves it out. */
    protected boolean hasBehavior(Behavior behavior) {
        return true;
    }

    /**
     * What a perfect network returns; by default the clean latent, for {@code prediction_type:
     * sample}.
     *
     * @param latent at this timestep
     * @param clean what it should become
     */
    protected Tensor perfectOutput(double timestep, Tensor latent, Tensor clean) {
        return clean;
    }

    private Scheduler scheduler() {
        return scheduler(Map.of());
    }

    /** With further settings. */
    private Scheduler scheduler(Map<String, Object> more) {
        Map<String, Object> values = new HashMap<>(settings());
        values.putAll(more);
        return factory().create(new Config("scheduler_config.json", values));
    }

    @Test
    void timestepsFallWithinTheTrainingSteps() {
        Scheduler scheduler = scheduler();
        int most = scheduler.trainingSteps();
        assertThat(most).as("The training steps").isPositive();
        for (int steps : new int[] {1, 2, 7, 50, most}) {
            double[] timesteps = scheduler.schedule(steps).timesteps();
            boolean once = hasBehavior(Behavior.ONE_EVALUATION_A_STEP);
            assertThat(once ? timesteps.length == steps : timesteps.length >= steps)
                    .withFailMessage(
                            "Of %s steps there must be %s timestep each, found %s",
                            steps, once ? "one" : "at least one", timesteps.length)
                    .isTrue();
            for (int i = 0; i < timesteps.length; i++) {
                assertThat(timesteps[i])
                        .as("Timestep %s of %s must lie within the training steps", i, steps)
                        .isBetween(0.0, (double) most);
                double before = i == 0 ? Double.POSITIVE_INFINITY : timesteps[i - 1];
                // where nearly every training timestep is a step, rounding may repeat one
                boolean mayRepeat = steps > most / 2 || !once;
                assertThat(timesteps[i] < before || mayRepeat && timesteps[i] == before)
                        .withFailMessage(
                                "Timesteps must decrease, noisiest first; of %s timestep %s is %s"
                                        + " after %s",
                                steps, i, timesteps[i], before)
                        .isTrue();
            }
        }
        assertThat(scheduler.schedule(7).initialNoiseScale())
                .as("The scale of the first noise")
                .isPositive()
                .isFinite();
    }

    @Test
    void settingsMakeItAgain() {
        Scheduler scheduler = scheduler();
        Scheduler again = factory().create(new Config("a report", scheduler.settings()));
        Denoising.same(
                "A scheduler made of settings() must give the same latents",
                Denoising.run(again, 7, SHAPE[1]),
                Denoising.run(scheduler, 7, SHAPE[1]));
    }

    @Test
    void timestepsAreTheCallersOwn() {
        Schedule schedule = scheduler().schedule(7);
        double[] timesteps = schedule.timesteps();
        double[] before = timesteps.clone();
        Arrays.fill(timesteps, -1);
        assertThat(schedule.timesteps())
                .as("Writing to the timesteps must not change the schedule")
                .isEqualTo(before);
    }

    @Test
    void impossibleNumbersOfStepsAreRefused() {
        Scheduler scheduler = scheduler();
        for (int steps : new int[] {0, -3, scheduler.trainingSteps() + 1}) {
            Checks.refused(
                    steps + " steps must be refused",
                    ErrorCode.INVALID_PARAMETER,
                    () -> scheduler.schedule(steps),
                    Integer.toString(steps));
        }
    }

    @Test
    void everyNumberOfStepsStaysFinite() {
        for (int steps : new int[] {1, 2, 3, 20}) {
            assertThat(Denoising.run(scheduler(), steps, SHAPE[1]))
                    .as("Latents must stay finite with %s steps", steps)
                    .allMatch(Tensor::isFinite);
        }
    }

    @Test
    void schedulesOfOneSchedulerAreIndependent() {
        Scheduler scheduler = scheduler();
        List<Tensor> alone = Denoising.run(scheduler, 9, SHAPE[1]);
        List<Tensor> equal = Denoising.run(scheduler(), 9, SHAPE[1]);
        Denoising.same("Equal schedulers must give the same latents", equal, alone);
        Denoising.run(scheduler, 4, SHAPE[1]);
        Denoising.same(
                "A schedule must not depend on an earlier one",
                Denoising.run(scheduler, 9, SHAPE[1]),
                alone);
        Schedule left = scheduler.schedule(9);
        Schedule right = scheduler.schedule(9);
        Tensor a = Numbers.normal(1, 1, SHAPE);
        Tensor b = Numbers.normal(50, 3, SHAPE);
        for (int i = 0; i < left.timesteps().length; i++) {
            a = left.step(i, Denoising.output(i, SHAPE[1]), a, Denoising.NOISE);
            b = right.step(i, Numbers.normal(60 + i, 2, SHAPE), b, Denoising.NOISE);
            Checks.sameBits("Two schedules in turn must not affect each other", a, alone.get(i));
        }
    }

    @Test
    void imagesAreIndependent() {
        List<Tensor> both = Denoising.run(scheduler(), 5, SHAPE[1]);
        Schedule schedule = scheduler().schedule(5);
        Tensor second = Numbers.normal(1, 1, SHAPE).rows(1, 2);
        NoiseSource noise = (step, shape) -> Denoising.NOISE.noise(step, SHAPE).rows(1, 2);
        for (int i = 0; i < schedule.timesteps().length; i++) {
            second = schedule.step(i, Denoising.output(i, SHAPE[1]).rows(1, 2), second, noise);
            Checks.sameBits(
                    "An image must not depend on the others of its batch",
                    second,
                    Numbers.copy(both.get(i).rows(1, 2)));
        }
    }

    @Test
    void whatIsGivenIsNotWrittenTo() {
        Schedule schedule = scheduler().schedule(3);
        Tensor latent = Numbers.normal(1, 1, SHAPE);
        for (int i = 0; i < schedule.timesteps().length; i++) {
            Tensor output = Denoising.output(i, SHAPE[1]);
            Tensor outputBefore = Numbers.copy(output);
            Tensor latentBefore = Numbers.copy(latent);
            Tensor next = schedule.step(i, output, latent, Denoising.NOISE);
            Checks.sameBits("The model's output must not be written to", output, outputBefore);
            Checks.sameBits("The latent must not be written to", latent, latentBefore);
            latentBefore = Numbers.copy(next);
            latent.data().put(new float[latent.size()]);
            Checks.sameBits("The next latent must be a new tensor", next, latentBefore);
            latent = next;
        }
    }

    @Test
    void noiseIsAskedForByStepAndShape() {
        List<Integer> asked = new ArrayList<>();
        NoiseSource source =
                (step, shape) -> {
                    asked.add(step);
                    assertThat(shape).as("The shape of noise").containsExactly(SHAPE);
                    return Denoising.NOISE.noise(step, shape);
                };
        Schedule schedule = scheduler().schedule(6);
        Tensor latent = Numbers.normal(1, 1, SHAPE);
        for (int i = 0; i < schedule.timesteps().length; i++) {
            int before = asked.size();
            latent = schedule.step(i, Denoising.output(i, SHAPE[1]), latent, source);
            assertThat(asked.subList(before, asked.size()))
                    .as("Noise must be asked for by the step's own number, at most once")
                    .isSubsetOf(i)
                    .hasSizeLessThan(2);
        }
        assertThat(asked.isEmpty())
                .as("Whether steps add no noise; these did: %s", asked)
                .isEqualTo(hasBehavior(Behavior.DETERMINISTIC));
    }

    @Test
    void learnedVariance() {
        if (!hasBehavior(Behavior.LEARNED_VARIANCE)) {
            Checks.refused(
                    "Variance channels that the scheduler does not take must be refused",
                    ErrorCode.INCOMPATIBLE,
                    () -> Denoising.run(scheduler(), 3, 2 * SHAPE[1]));
            return;
        }
        assertThat(Denoising.run(scheduler(), 3, 2 * SHAPE[1]))
                .as(
                        "Latents after outputs with variance channels must be finite and of their shape")
                .allMatch(Tensor::isFinite)
                .allMatch(latent -> Arrays.equals(latent.shape(), SHAPE));
    }

    @Test
    void aPerfectNetworkLeadsToTheCleanLatent() {
        Map<String, Object> sample = Map.of("prediction_type", "sample", "clip_sample", false);
        boolean takesSample = hasBehavior(Behavior.PREDICTION_TYPE_SAMPLE);
        if (!takesSample) {
            Checks.refused(
                    "A prediction type that the scheduler does not know must be refused",
                    ErrorCode.INVALID_MODEL,
                    () -> scheduler(sample),
                    "prediction_type");
        }
        Scheduler scheduler = takesSample ? scheduler(sample) : scheduler();
        Tensor clean = Numbers.normal(20, 2, SHAPE);
        for (int steps : new int[] {2, 10}) {
            Schedule schedule = scheduler.schedule(steps);
            double[] timesteps = schedule.timesteps();
            Tensor latent = Numbers.normal(21, schedule.initialNoiseScale(), SHAPE);
            for (int i = 0; i < timesteps.length; i++) {
                Tensor output = perfectOutput(timesteps[i], latent, clean);
                latent = schedule.step(i, output, latent, Denoising.NOISE);
            }
            double error = Checks.relativeError(latent, clean);
            assertThat(error < 1e-4)
                    .as(
                            "Whether a network that predicts perfectly leads to the clean latent in %s"
                                    + " steps (the relative error is %s)",
                            steps, error)
                    .isEqualTo(hasBehavior(Behavior.RECOVERS_CLEAN_LATENT));
        }
    }

    /**
     * With the clean latent known, a latent is {@code alpha * clean + sigma * noise} at every step:
     * its mean gives alpha, its variance sigma, and the two belong together.
     */
    @Test
    void latentsKeepTheirNoiseLevel() {
        boolean takesSample = hasBehavior(Behavior.PREDICTION_TYPE_SAMPLE);
        Scheduler scheduler =
                takesSample
                        ? scheduler(Map.of("prediction_type", "sample", "clip_sample", false))
                        : scheduler();
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
        // the last step adds nothing
        for (int i = 0; i + 1 < timesteps.length; i++) {
            Tensor output = perfectOutput(timesteps[i], latent, clean);
            latent = schedule.step(i, output, latent, Denoising.NOISE);
            double alpha = mean(latent) / 2;
            sigma = deviation(latent);
            double kept = Math.hypot(alpha, sigma);
            fits &=
                    Math.abs(kept - 1) < 0.03
                            || Math.abs(alpha + sigma - 1) < 0.03
                            || Math.abs(alpha - 1) < 0.01;
            levels.append(String.format(Locale.ROOT, " %.3f and %.3f,", alpha, sigma));
        }
        assertThat(fits)
                .as(
                        "Whether clean latent and noise have shares that belong together after every"
                                + " step (squares or sum 1, or the clean latent whole); the shares were:"
                                + " %s",
                        levels)
                .isEqualTo(hasBehavior(Behavior.NOISE_FITS_THE_LEVEL));
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

    @Test
    void isFoundByNameAndByConfiguration() {
        Scheduler scheduler = scheduler();
        assertThat(scheduler.name())
                .as("A scheduler must carry the name of its factory")
                .isEqualTo(factory().name());
        Config config =
                new Config("scheduler_config.json", Map.of("_class_name", factory().configName()));
        if (!hasBehavior(Behavior.REGISTERED)) {
            Checks.refused(
                    "A scheduler that is not on the class path must be refused",
                    ErrorCode.UNKNOWN_NAME,
                    () -> Clusca.create().scheduler(config));
            return;
        }
        assertThat(Clusca.create().schedulers().get(factory().name()))
                .as("What the class path gives for the name")
                .hasSameClassAs(factory());
        assertThat(Clusca.create().scheduler(config).name())
                .as("What the class path gives for the _class_name")
                .isEqualTo(factory().name());
    }

    @Test
    void denoisesAModel() {
        try (Pipeline pipeline = ToyModel.pipeline()) {
            Generated generated =
                    pipeline.generate(
                            ToyModel.request(NoCache.INSTANCE).scheduler(scheduler()).build());
            assertThat(generated.latents().isFinite()).as("Latents must be finite").isTrue();
            assertThat(generated.report().provenance().scheduler()).isEqualTo(factory().name());
        }
    }
}
