package org.clusca.testkit;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.schedule.DdimSchedulerFactory;
import org.clusca.schedule.DdpmSchedulerFactory;
import org.clusca.schedule.DpmSolverMultistepSchedulerFactory;
import org.clusca.schedule.FlowMatchEulerSchedulerFactory;
import org.clusca.schedule.RespacedSchedulerFactory;
import org.junit.jupiter.api.Nested;

/** The schedulers that come with the engine. */
final class SchedulersTest {
    @Nested
    final class Ddim extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new DdimSchedulerFactory();
        }
    }

    @Nested
    final class DdimOfDiT extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new DdimSchedulerFactory();
        }

        @Override
        protected Map<String, Object> settings() {
            return Map.of("clip_sample", false, "timestep_spacing", "trailing");
        }
    }

    @Nested
    final class Ddpm extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new DdpmSchedulerFactory();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.DETERMINISTIC;
        }
    }

    @Nested
    final class DpmSolver extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new DpmSolverMultistepSchedulerFactory();
        }
    }

    @Nested
    final class DpmSolverOfOrder3 extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new DpmSolverMultistepSchedulerFactory();
        }

        @Override
        protected Map<String, Object> settings() {
            return Map.of("solver_order", 3);
        }
    }

    @Nested
    class FlowMatchEuler extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new FlowMatchEulerSchedulerFactory();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.LEARNED_VARIANCE
                    && behavior != Behavior.PREDICTION_TYPE_SAMPLE;
        }

        /** The velocity: where the latent stands, seen from the clean one, over the noise in it. */
        @Override
        protected Tensor perfectOutput(double timestep, Tensor latent, Tensor clean) {
            float[] velocity = latent.toArray();
            for (int i = 0; i < velocity.length; i++) {
                velocity[i] = (float) ((velocity[i] - clean.data().get(i)) / (timestep / 1000));
            }
            return Tensor.of(velocity, latent.shape());
        }
    }

    @Nested
    final class FlowMatchEulerOfFlux extends FlowMatchEuler {
        @Override
        protected Map<String, Object> settings() {
            return Map.of("use_dynamic_shifting", true, "shift", 3.0);
        }
    }

    @Nested
    final class FlowMatchEulerOfHunyuanVideo extends FlowMatchEuler {
        @Override
        protected Map<String, Object> settings() {
            return Map.of("shift", 7.0);
        }
    }

    @Nested
    final class Respaced extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new RespacedSchedulerFactory();
        }
    }

    @Nested
    final class RespacedAncestral extends BaseSchedulerTest {
        @Override
        protected SchedulerFactory factory() {
            return new RespacedSchedulerFactory();
        }

        @Override
        protected Map<String, Object> settings() {
            return Map.of("sampler", "ddpm", "variance_type", "fixed_large");
        }

        /** The large variance is that of the step, not of what is missing. */
        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.DETERMINISTIC && behavior != Behavior.NOISE_FITS_THE_LEVEL;
        }
    }
}
