package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every scheduler, and what each refuses. */
class SchedulerFactoriesTest {

    private static SchedulerFactory factory(String name) {
        for (SchedulerFactory factory : ServiceLoader.load(SchedulerFactory.class)) {
            if (factory.name().equals(name)) {
                return factory;
            }
        }
        throw new AssertionError("no scheduler factory named " + name);
    }

    @Test
    void areFoundByServiceLoader() {
        Map<String, String> found = new HashMap<>();
        for (SchedulerFactory factory : ServiceLoader.load(SchedulerFactory.class)) {
            found.put(factory.name(), factory.configName());
        }
        assertThat(found)
                .containsEntry("ddim", "DDIMScheduler")
                .containsEntry("ddpm", "DDPMScheduler")
                .containsEntry("dpm-solver", "DPMSolverMultistepScheduler")
                .containsEntry("flow-match-euler", "FlowMatchEulerDiscreteScheduler")
                .containsEntry("respaced", "RespacedDDIM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "ddpm", "dpm-solver", "flow-match-euler", "respaced"})
    void defaultsFollowDiffusers(String name) {
        Scheduler scheduler = factory(name).create(Schedules.config());
        assertThat(scheduler.name()).isEqualTo(name);
        assertThat(scheduler.trainingSteps()).isEqualTo(1000);
        assertThat(scheduler.schedule(10).initialNoiseScale()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "ddpm", "dpm-solver", "respaced"})
    void everyNumberOfStepsGivesDescendingTimestepsAndFiniteLatents(String name) {
        for (String spacing : new String[] {"leading", "trailing", "linspace"}) {
            Scheduler scheduler =
                    factory(name)
                            .create(
                                    Schedules.config(
                                            "num_train_timesteps",
                                            50,
                                            "timestep_spacing",
                                            spacing,
                                            "variance_type",
                                            "fixed_small"));
            for (int steps = 1; steps <= 50; steps++) {
                Schedule schedule = scheduler.schedule(steps);
                double[] timesteps = schedule.timesteps();
                assertThat(timesteps).hasSize(steps);
                for (int i = 0; i < steps; i++) {
                    assertThat(timesteps[i]).isBetween(0.0, 49.0);
                    assertThat(i == 0 || timesteps[i] < timesteps[i - 1])
                            .as("%s, %s, %d steps, timestep %d", name, spacing, steps, i)
                            .isTrue();
                }
                Tensor start = Schedules.random(1, 1, 2, 3, 3);
                Tensor end = Schedules.run(schedule, start, 2, Schedules.noise(2));
                assertThat(end.isFinite()).as("%s, %s, %d steps", name, spacing, steps).isTrue();
                assertThat(end.shape()).isEqualTo(start.shape());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "ddpm", "dpm-solver", "flow-match-euler", "respaced"})
    void stepsOutsideTheTrainingScheduleAreRefused(String name) {
        Scheduler scheduler = factory(name).create(Schedules.config("num_train_timesteps", 50));
        for (int steps : new int[] {-1, 0, 51}) {
            assertThatThrownBy(() -> scheduler.schedule(steps))
                    .isInstanceOf(CluscaException.class)
                    .hasMessage("The number of steps must be from 1 to 50, found " + steps + ".")
                    .extracting(e -> ((CluscaException) e).code())
                    .isEqualTo(ErrorCode.INVALID_PARAMETER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "ddpm", "dpm-solver", "flow-match-euler", "respaced"})
    void schedulesOfOneSchedulerDoNotAffectEachOther(String name) {
        Scheduler scheduler =
                factory(name).create(Schedules.config("variance_type", "fixed_small"));
        Tensor start = Schedules.random(1, 1, 2, 3, 3);
        Schedule a = scheduler.schedule(6);
        Schedule b = scheduler.schedule(6);
        Tensor left = start;
        Tensor right = start;
        for (int i = 0; i < 6; i++) {
            Tensor output = Schedules.random(50 + i, 1, 2, 3, 3);
            left = a.step(i, output, left, Schedules.noise(7));
            right = b.step(i, output, right, Schedules.noise(7));
        }
        assertThat(left.toArray()).isEqualTo(right.toArray());
        assertThat(start.toArray()).isEqualTo(Schedules.random(1, 1, 2, 3, 3).toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, thresholding, true",
        "ddpm, thresholding, true",
        "dpm-solver, thresholding, true",
        "respaced, thresholding, true",
        "respaced, rescale_betas_zero_snr, true",
        "dpm-solver, use_exponential_sigmas, true",
        "dpm-solver, use_beta_sigmas, true",
        "dpm-solver, use_lu_lambdas, true",
        "dpm-solver, use_flow_sigmas, true",
        "dpm-solver, use_dynamic_shifting, true",
        "flow-match-euler, use_karras_sigmas, true",
        "flow-match-euler, use_exponential_sigmas, true",
        "flow-match-euler, use_beta_sigmas, true",
        "flow-match-euler, invert_sigmas, true",
        "flow-match-euler, stochastic_sampling, true",
    })
    void unsupportedFlagsAreRefusedByKey(String name, String key, boolean value) {
        assertRefused(name, key, value);
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, beta_schedule, sigmoid",
        "ddim, prediction_type, flow_prediction",
        "ddim, timestep_spacing, karras",
        "ddpm, variance_type, fixed",
        "ddpm, beta_schedule, laplace",
        "dpm-solver, algorithm_type, sde-dpmsolver++",
        "dpm-solver, algorithm_type, dpmsolver",
        "dpm-solver, solver_type, euler",
        "dpm-solver, final_sigmas_type, one",
        "dpm-solver, prediction_type, flow_prediction",
        "respaced, sampler, euler",
        "flow-match-euler, time_shift_type, quadratic",
        "flow-match-euler, prediction_type, epsilon",
    })
    void unsupportedWordsAreRefusedByKey(String name, String key, String value) {
        assertRefused(name, key, value);
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, num_train_timesteps, 0",
        "ddim, beta_start, -0.1",
        "ddim, beta_end, 1.5",
        "ddim, clip_sample_range, 0",
        "dpm-solver, solver_order, 4",
        "dpm-solver, solver_order, 0",
        "dpm-solver, lambda_min_clipped, -5.1",
        "flow-match-euler, shift, 0",
        "flow-match-euler, shift_terminal, 1",
        "flow-match-euler, max_image_seq_len, 256",
    })
    void numbersOutsideTheirRangeAreRefusedByKey(String name, String key, double value) {
        assertRefused(name, key, value);
    }

    private static void assertRefused(String name, String key, Object value) {
        SchedulerFactory factory = factory(name);
        assertThatThrownBy(() -> factory.create(Schedules.config(key, value)))
                .isInstanceOf(CluscaException.class)
                .hasMessageStartingWith("scheduler_config.json: '" + key + "' must be ")
                .hasMessageEndingWith("found " + value + ".")
                .extracting(e -> ((CluscaException) e).code())
                .isEqualTo(ErrorCode.INVALID_MODEL);
    }

    @Test
    void keysOfOtherSchedulersAndOfTheLibraryAreNotLookedAt() {
        Scheduler dpm =
                factory("dpm-solver")
                        .create(
                                Schedules.config(
                                        "_class_name",
                                        "DDIMScheduler",
                                        "_diffusers_version",
                                        "0.40.0",
                                        "clip_sample",
                                        true,
                                        "set_alpha_to_one",
                                        false,
                                        "trained_betas",
                                        null,
                                        "lambda_min_clipped",
                                        Double.NEGATIVE_INFINITY,
                                        "timestep_spacing",
                                        "leading"));
        assertThat(dpm.schedule(4).timesteps()).containsExactly(800, 600, 400, 200);
        Scheduler ddim =
                factory("ddim").create(Schedules.config("solver_order", 3, "variance_type", "x"));
        assertThat(ddim.schedule(4).timesteps()).containsExactly(750, 500, 250, 0);
    }
}
