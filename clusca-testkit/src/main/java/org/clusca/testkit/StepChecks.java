package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.testkit.BaseSchedulerTest.Behavior;

/** What a step makes of a latent, whatever the network returns. */
record StepChecks(BaseSchedulerTest given) {
    private static final int[] SHAPE = Denoising.SHAPE;

    void everyNumberOfStepsStaysFinite() {
        for (int steps : new int[] {1, 2, 3, 20}) {
            assertThat(Denoising.run(given.scheduler(), steps, SHAPE[1]))
                    .as("Latents must stay finite with %s steps", steps)
                    .allMatch(Tensor::isFinite);
        }
    }

    void schedulesOfOneSchedulerAreIndependent() {
        Scheduler scheduler = given.scheduler();
        List<Tensor> alone = Denoising.run(scheduler, 9, SHAPE[1]);
        List<Tensor> equal = Denoising.run(given.scheduler(), 9, SHAPE[1]);
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

    void imagesAreIndependent() {
        List<Tensor> both = Denoising.run(given.scheduler(), 5, SHAPE[1]);
        Schedule schedule = given.scheduler().schedule(5);
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

    void whatIsGivenIsNotWrittenTo() {
        Schedule schedule = given.scheduler().schedule(3);
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

    void noiseIsAskedForByStepAndShape() {
        List<Integer> asked = new ArrayList<>();
        NoiseSource source =
                (step, shape) -> {
                    asked.add(step);
                    assertThat(shape).as("The shape of noise").containsExactly(SHAPE);
                    return Denoising.NOISE.noise(step, shape);
                };
        Schedule schedule = given.scheduler().schedule(6);
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
                .isEqualTo(given.hasBehavior(Behavior.DETERMINISTIC));
        assertThat(schedule.addsNoise())
                .as("Whether the schedule says that its steps add noise")
                .isNotEqualTo(given.hasBehavior(Behavior.DETERMINISTIC));
    }

    void learnedVariance() {
        if (!given.hasBehavior(Behavior.LEARNED_VARIANCE)) {
            Checks.refused(
                    "Variance channels that the scheduler does not take must be refused",
                    ErrorCode.INCOMPATIBLE,
                    () -> Denoising.run(given.scheduler(), 3, 2 * SHAPE[1]));
            return;
        }
        assertThat(Denoising.run(given.scheduler(), 3, 2 * SHAPE[1]))
                .as(
                        "Latents after outputs with variance channels must be finite and of their shape")
                .allMatch(Tensor::isFinite)
                .allMatch(latent -> Arrays.equals(latent.shape(), SHAPE));
    }
}
