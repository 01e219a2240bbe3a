package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.NoCache;
import org.clusca.api.model.Config;
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

    final Scheduler scheduler() {
        return scheduler(Map.of());
    }

    /** With further settings. */
    final Scheduler scheduler(Map<String, Object> more) {
        Map<String, Object> values = new HashMap<>(settings());
        values.putAll(more);
        return factory().create(new Config("scheduler_config.json", values));
    }

    @Test
    void timestepsFallWithinTheTrainingSteps() {
        new TimestepChecks(this).timestepsFallWithinTheTrainingSteps();
    }

    @Test
    void settingsMakeItAgain() {
        Scheduler scheduler = scheduler();
        Scheduler again = factory().create(new Config("a report", scheduler.settings()));
        Denoising.same(
                "A scheduler made of settings() must give the same latents",
                Denoising.run(again, 7, Denoising.SHAPE[1]),
                Denoising.run(scheduler, 7, Denoising.SHAPE[1]));
    }

    @Test
    void timestepsAreTheCallersOwn() {
        new TimestepChecks(this).timestepsAreTheCallersOwn();
    }

    @Test
    void impossibleNumbersOfStepsAreRefused() {
        new TimestepChecks(this).impossibleNumbersOfStepsAreRefused();
    }

    @Test
    void everyNumberOfStepsStaysFinite() {
        new StepChecks(this).everyNumberOfStepsStaysFinite();
    }

    @Test
    void schedulesOfOneSchedulerAreIndependent() {
        new StepChecks(this).schedulesOfOneSchedulerAreIndependent();
    }

    @Test
    void imagesAreIndependent() {
        new StepChecks(this).imagesAreIndependent();
    }

    @Test
    void whatIsGivenIsNotWrittenTo() {
        new StepChecks(this).whatIsGivenIsNotWrittenTo();
    }

    @Test
    void noiseIsAskedForByStepAndShape() {
        new StepChecks(this).noiseIsAskedForByStepAndShape();
    }

    @Test
    void learnedVariance() {
        new StepChecks(this).learnedVariance();
    }

    @Test
    void aPerfectNetworkLeadsToTheCleanLatent() {
        new NoiseChecks(this).aPerfectNetworkLeadsToTheCleanLatent();
    }

    @Test
    void latentsKeepTheirNoiseLevel() {
        new NoiseChecks(this).latentsKeepTheirNoiseLevel();
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
