package org.clusca.testkit;

import java.util.Map;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.schedule.DdimSchedulerFactory;
import org.clusca.schedule.DdpmSchedulerFactory;
import org.clusca.schedule.DpmSolverMultistepSchedulerFactory;
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

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.DETERMINISTIC;
        }
    }
}
