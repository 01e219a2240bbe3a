package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.schedule.DdimScheduler;
import org.clusca.schedule.DdpmSchedulerFactory;
import org.junit.jupiter.api.Test;

/** Schedulers with a fault each: the kit names it. */
final class WrongSchedulersTest {
    private static final String NAME = "almost-right";

    /** DDIM with single things changed. */
    private abstract static class AlmostRight extends BaseSchedulerTest {
        Scheduler right(Config config) {
            return new DdimScheduler(config);
        }

        Schedule schedule(Scheduler right, int steps) {
            return right.schedule(steps);
        }

        double[] timesteps(Schedule right) {
            return right.timesteps();
        }

        Tensor step(Schedule right, int index, Tensor output, Tensor latent, NoiseSource noise) {
            return right.step(index, output, latent, noise);
        }

        Optional<NoiseLevel> level(Schedule right, int index) {
            return right.level(index);
        }

        @Override
        protected SchedulerFactory factory() {
            return new SchedulerFactory() {
                @Override
                public String name() {
                    return NAME;
                }

                @Override
                public String configName() {
                    return "AlmostRightScheduler";
                }

                @Override
                public String description() {
                    return "almost right";
                }

                @Override
                public Scheduler create(Config config) {
                    return new Changed(right(config), AlmostRight.this);
                }
            };
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED;
        }
    }

    private record Changed(Scheduler right, AlmostRight change) implements Scheduler {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public int trainingSteps() {
            return right.trainingSteps();
        }

        @Override
        public Schedule schedule(int steps) {
            return new ChangedSchedule(change.schedule(right, steps), change);
        }
    }

    private record ChangedSchedule(Schedule right, AlmostRight change) implements Schedule {
        @Override
        public double[] timesteps() {
            return change.timesteps(right);
        }

        @Override
        public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
            return change.step(right, index, modelOutput, latent, noise);
        }

        @Override
        public Optional<NoiseLevel> level(int index) {
            return change.level(right, index);
        }

        @Override
        public boolean addsNoise() {
            return right.addsNoise();
        }
    }

    static final class CountsUpwards extends AlmostRight {
        @Override
        double[] timesteps(Schedule right) {
            double[] down = right.timesteps();
            double[] up = new double[down.length];
            for (int i = 0; i < up.length; i++) {
                up[i] = down[down.length - 1 - i];
            }
            return up;
        }
    }

    static final class StepsInPlace extends AlmostRight {
        @Override
        Tensor step(Schedule right, int index, Tensor output, Tensor latent, NoiseSource noise) {
            latent.data().put(right.step(index, output, latent, noise).data());
            return latent;
        }
    }

    static final class StopsShort extends AlmostRight {
        @Override
        Tensor step(Schedule right, int index, Tensor output, Tensor latent, NoiseSource noise) {
            Tensor next = right.step(index, output, latent, noise);
            for (int i = 0; i < next.size(); i++) {
                next.data().put(i, next.data().get(i) + 0.5f);
            }
            return next;
        }
    }

    static final class TakesAnyNumberOfSteps extends AlmostRight {
        @Override
        Schedule schedule(Scheduler right, int steps) {
            return right.schedule(Math.max(1, Math.min(steps, right.trainingSteps())));
        }
    }

    /** One schedule for all generations remembers the last latent. */
    static final class RemembersAcrossSchedules extends AlmostRight {
        private final List<Tensor> before = new ArrayList<>();

        @Override
        Scheduler right(Config config) {
            before.clear();
            return super.right(config);
        }

        @Override
        Tensor step(Schedule right, int index, Tensor output, Tensor latent, NoiseSource noise) {
            Tensor next = right.step(index, output, latent, noise);
            if (!before.isEmpty() && before.get(0).size() == next.size()) {
                next.data().put(0, next.data().get(0) + before.get(0).data().get(0));
            }
            before.clear();
            before.add(next);
            return next;
        }
    }

    /** Of every step it tells the level at which the step ends. */
    static final class TellsTheNextLevel extends AlmostRight {
        @Override
        Optional<NoiseLevel> level(Schedule right, int index) {
            return right.level(Math.min(index + 1, right.timesteps().length - 1));
        }
    }

    /** Ancestral steps whose noise is changed. */
    private abstract static class ChangesTheNoise extends AlmostRight {
        abstract float factor(Schedule right, int index);

        @Override
        Scheduler right(Config config) {
            return new DdpmSchedulerFactory().create(config);
        }

        @Override
        Tensor step(Schedule right, int index, Tensor output, Tensor latent, NoiseSource noise) {
            float factor = factor(right, index);
            return right.step(
                    index,
                    output,
                    latent,
                    (step, shape) -> scaled(noise.noise(step, shape), factor));
        }

        private static Tensor scaled(Tensor noise, float factor) {
            float[] values = noise.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
            return Tensor.of(values, noise.shape());
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.DETERMINISTIC;
        }
    }

    /** Half as much again in what it adds. */
    static final class AddsTooMuchNoise extends ChangesTheNoise {
        @Override
        float factor(Schedule right, int index) {
            return 1.5f;
        }
    }

    /** Nothing added by the step ahead of the last one, whose noise is the smallest. */
    static final class LeavesOutTheLastNoise extends ChangesTheNoise {
        @Override
        float factor(Schedule right, int index) {
            return index == right.timesteps().length - 2 ? 0 : 1;
        }
    }

    /** The same, and it does not say how much noise there is. */
    static final class LeavesOutTheLastNoiseInSilence extends ChangesTheNoise {
        @Override
        float factor(Schedule right, int index) {
            return index == right.timesteps().length - 2 ? 0 : 1;
        }

        @Override
        Optional<NoiseLevel> level(Schedule right, int index) {
            return Optional.empty();
        }
    }

    /** Honest: the network runs twice for every step but the last, at the same timestep. */
    static final class LooksTwice extends AlmostRight {
        @Override
        double[] timesteps(Schedule right) {
            double[] own = right.timesteps();
            double[] twice = new double[2 * own.length - 1];
            for (int i = 0; i < twice.length; i++) {
                twice[i] = own[i / 2];
            }
            return twice;
        }

        @Override
        Tensor step(Schedule right, int index, Tensor output, Tensor latent, NoiseSource noise) {
            return index % 2 == 1
                    ? Numbers.copy(latent)
                    : right.step(index / 2, output, latent, noise);
        }

        @Override
        Optional<NoiseLevel> level(Schedule right, int index) {
            return Optional.empty();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.ONE_EVALUATION_A_STEP;
        }
    }

    static final class ForgetsItsSettings extends AlmostRight {
        @Override
        protected Map<String, Object> settings() {
            return Map.of("timestep_spacing", "trailing");
        }
    }

    @Test
    void forgottenSettings() {
        Kit.run(ForgetsItsSettings.class)
                .assertFault("settingsMakeItAgain", "made of settings() must give the same");
    }

    @Test
    void tooMuchNoise() {
        Kit.run(AddsTooMuchNoise.class)
                .assertFault("latentsKeepTheirNoiseLevel", "have shares that belong together");
    }

    @Test
    void noNoiseAtTheLastNoisyStep() {
        for (Class<?> test :
                List.of(LeavesOutTheLastNoise.class, LeavesOutTheLastNoiseInSilence.class)) {
            Kit kit =
                    Kit.run(test)
                            .assertFault(
                                    "latentsKeepTheirNoiseLevel",
                                    "have shares that belong together");
            assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
        }
    }

    @Test
    void levelsOfOtherSteps() {
        Kit kit =
                Kit.run(TellsTheNextLevel.class)
                        .assertFault("latentsKeepTheirNoiseLevel", "must be what level says");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
    }

    @Test
    void twoEvaluationsAStepAreNoFault() {
        assertThat(Kit.run(LooksTwice.class).failures()).isEmpty();
    }

    @Test
    void timestepsThatGrow() {
        Kit.run(CountsUpwards.class)
                .assertFault("timestepsFallWithinTheTrainingSteps", "Timesteps must decrease");
    }

    @Test
    void writesToTheLatent() {
        Kit.run(StepsInPlace.class)
                .assertFault("whatIsGivenIsNotWrittenTo", "The latent must not be written to");
    }

    @Test
    void missesTheCleanLatent() {
        Kit kit =
                Kit.run(StopsShort.class)
                        .assertFault(
                                "aPerfectNetworkLeadsToTheCleanLatent",
                                "network that predicts perfectly");
        assertThat(kit.failures().keySet())
                .as("Tests that failed")
                .containsExactlyInAnyOrder(
                        "aPerfectNetworkLeadsToTheCleanLatent", "latentsKeepTheirNoiseLevel");
    }

    @Test
    void acceptsZeroSteps() {
        Kit.run(TakesAnyNumberOfSteps.class)
                .assertFault("impossibleNumbersOfStepsAreRefused", "0 steps must be refused");
    }

    @Test
    void schedulesThatShareState() {
        Kit.run(RemembersAcrossSchedules.class)
                .assertFault(
                        "schedulesOfOneSchedulerAreIndependent",
                        "must not depend on an earlier one");
    }
}
