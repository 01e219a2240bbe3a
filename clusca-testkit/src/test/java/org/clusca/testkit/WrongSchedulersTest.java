package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.schedule.DdimScheduler;
import org.clusca.schedule.DdpmSchedulerFactory;
import org.junit.jupiter.api.Test;

/** Schedulers with a fault each: the kit names it. */
final class WrongSchedulersTest {
    /** DDIM, spoilt. */
    private abstract static class AlmostRight extends BaseSchedulerTest {
        abstract Scheduler spoil(Scheduler right);

        Scheduler right(Config config) {
            return new DdimScheduler(config);
        }

        @Override
        protected SchedulerFactory factory() {
            return new SchedulerFactory() {
                @Override
                public String name() {
                    return "ddim";
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
                    return spoil(right(config));
                }
            };
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED;
        }
    }

    /** A scheduler whose schedules are changed. */
    private record Spoilt(Scheduler right, UnaryOperator<Schedule> change) implements Scheduler {
        @Override
        public String name() {
            return right.name();
        }

        @Override
        public int trainingSteps() {
            return right.trainingSteps();
        }

        @Override
        public Schedule schedule(int steps) {
            return change.apply(right.schedule(steps));
        }
    }

    /** A schedule in which single methods are changed. */
    private static class Delegating implements Schedule {
        private final Schedule right;

        Delegating(Schedule right) {
            this.right = right;
        }

        @Override
        public double[] timesteps() {
            return right.timesteps();
        }

        @Override
        public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
            return right.step(index, modelOutput, latent, noise);
        }
    }

    static final class CountsUpwards extends AlmostRight {
        @Override
        Scheduler spoil(Scheduler right) {
            return new Spoilt(
                    right,
                    schedule ->
                            new Delegating(schedule) {
                                @Override
                                public double[] timesteps() {
                                    double[] down = super.timesteps();
                                    double[] up = new double[down.length];
                                    for (int i = 0; i < up.length; i++) {
                                        up[i] = down[down.length - 1 - i];
                                    }
                                    return up;
                                }
                            });
        }
    }

    static final class StepsInPlace extends AlmostRight {
        @Override
        Scheduler spoil(Scheduler right) {
            return new Spoilt(
                    right,
                    schedule ->
                            new Delegating(schedule) {
                                @Override
                                public Tensor step(
                                        int index,
                                        Tensor modelOutput,
                                        Tensor latent,
                                        NoiseSource noise) {
                                    Tensor next = super.step(index, modelOutput, latent, noise);
                                    latent.data().put(next.data());
                                    return latent;
                                }
                            });
        }
    }

    static final class StopsShort extends AlmostRight {
        @Override
        Scheduler spoil(Scheduler right) {
            return new Spoilt(
                    right,
                    schedule ->
                            new Delegating(schedule) {
                                @Override
                                public Tensor step(
                                        int index,
                                        Tensor modelOutput,
                                        Tensor latent,
                                        NoiseSource noise) {
                                    Tensor next = super.step(index, modelOutput, latent, noise);
                                    for (int i = 0; i < next.size(); i++) {
                                        next.data().put(i, next.data().get(i) + 0.5f);
                                    }
                                    return next;
                                }
                            });
        }
    }

    static final class TakesAnyNumberOfSteps extends AlmostRight {
        @Override
        Scheduler spoil(Scheduler right) {
            return new Scheduler() {
                @Override
                public String name() {
                    return right.name();
                }

                @Override
                public int trainingSteps() {
                    return right.trainingSteps();
                }

                @Override
                public Schedule schedule(int steps) {
                    return right.schedule(Math.max(1, Math.min(steps, trainingSteps())));
                }
            };
        }
    }

    /** One schedule for all generations remembers the last latent. */
    static final class RemembersAcrossSchedules extends AlmostRight {
        @Override
        Scheduler spoil(Scheduler right) {
            Tensor[] last = new Tensor[1];
            return new Spoilt(
                    right,
                    schedule ->
                            new Delegating(schedule) {
                                @Override
                                public Tensor step(
                                        int index,
                                        Tensor modelOutput,
                                        Tensor latent,
                                        NoiseSource noise) {
                                    Tensor next = super.step(index, modelOutput, latent, noise);
                                    if (last[0] != null && last[0].size() == next.size()) {
                                        float before = last[0].data().get(0);
                                        next.data().put(0, next.data().get(0) + before);
                                    }
                                    last[0] = next;
                                    return next;
                                }
                            });
        }
    }

    /** Half as much again in what it adds. */
    static final class AddsTooMuchNoise extends AlmostRight {
        @Override
        Scheduler right(Config config) {
            return new DdpmSchedulerFactory().create(config);
        }

        @Override
        Scheduler spoil(Scheduler right) {
            return new Spoilt(
                    right,
                    schedule ->
                            new Delegating(schedule) {
                                @Override
                                public Tensor step(
                                        int index,
                                        Tensor modelOutput,
                                        Tensor latent,
                                        NoiseSource noise) {
                                    return super.step(
                                            index,
                                            modelOutput,
                                            latent,
                                            (step, shape) -> louder(noise.noise(step, shape)));
                                }
                            });
        }

        private static Tensor louder(Tensor noise) {
            Tensor louder = Numbers.copy(noise);
            for (int i = 0; i < louder.size(); i++) {
                louder.data().put(i, 1.5f * louder.data().get(i));
            }
            return louder;
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.DETERMINISTIC;
        }
    }

    /** Honest: the network runs twice for every step but the last, at the same timestep. */
    static final class LooksTwice extends AlmostRight {
        @Override
        Scheduler spoil(Scheduler right) {
            return new Spoilt(
                    right,
                    schedule ->
                            new Delegating(schedule) {
                                @Override
                                public double[] timesteps() {
                                    double[] own = super.timesteps();
                                    double[] twice = new double[2 * own.length - 1];
                                    for (int i = 0; i < twice.length; i++) {
                                        twice[i] = own[i / 2];
                                    }
                                    return twice;
                                }

                                @Override
                                public Tensor step(
                                        int index,
                                        Tensor modelOutput,
                                        Tensor latent,
                                        NoiseSource noise) {
                                    return index % 2 == 1
                                            ? Numbers.copy(latent)
                                            : super.step(index / 2, modelOutput, latent, noise);
                                }
                            });
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

        @Override
        Scheduler spoil(Scheduler right) {
            return new Spoilt(right, schedule -> schedule);
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
