package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.clusca.api.Tensor;
import org.clusca.api.schedule.Schedule;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Test;

class DpmSolverMultistepSchedulerTest {

    @Test
    void firstOrderIsDdim() {
        Tensor start = Schedules.random(1, 2, 3, 4, 4);
        Tensor dpm =
                Schedules.run(
                        new DpmSolverMultistepScheduler(
                                        Schedules.config(
                                                "solver_order", 1, "timestep_spacing", "trailing"))
                                .schedule(10),
                        start,
                        3,
                        Schedules.NONE);
        Tensor ddim =
                Schedules.run(
                        new DdimScheduler(
                                        Schedules.config(
                                                "timestep_spacing",
                                                "trailing",
                                                "clip_sample",
                                                false))
                                .schedule(10),
                        start,
                        3,
                        Schedules.NONE);
        Golden.assertClose("DPM-Solver++ of order 1", dpm, ddim, 1e-5);
    }

    /**
     * With dx0/dlambda constant the exact latent is known: x0 = lambda gives latent / sigma =
     * integral of exp(lambda) * lambda = exp(lambda) * (lambda - 1) up to a constant.
     */
    @Test
    void thirdOrderAndHeunAreExactWhenTheCleanLatentIsLinearInLambda() {
        assertThat(errorOnALinearPicture(3, "midpoint")).isLessThan(1e-6);
        assertThat(errorOnALinearPicture(2, "heun")).isLessThan(1e-6);
        assertThat(errorOnALinearPicture(2, "midpoint")).isBetween(1e-6, 1e-2);
        assertThat(errorOnALinearPicture(1, "midpoint")).isGreaterThan(1e-3);
    }

    private static double errorOnALinearPicture(int order, String type) {
        DpmSolverMultistepScheduler scheduler =
                new DpmSolverMultistepScheduler(
                        Schedules.config(
                                "solver_order",
                                order,
                                "solver_type",
                                type,
                                "prediction_type",
                                "sample",
                                "final_sigmas_type",
                                "sigma_min",
                                "lower_order_final",
                                false));
        double[] sigmas = scheduler.sigmas(20);
        Schedule schedule = scheduler.schedule(20);
        Tensor latent = Tensor.of(new float[] {0}, 1, 1, 1, 1);
        double error = 0;
        for (int i = 0; i < 20; i++) {
            // The first two steps have too little history; start exactly after them.
            if (i == 2) {
                latent = Tensor.of(new float[] {(float) exact(sigmas[2])}, 1, 1, 1, 1);
            }
            float x0 = (float) -Math.log(sigmas[i]);
            latent =
                    schedule.step(
                            i, Tensor.of(new float[] {x0}, 1, 1, 1, 1), latent, Schedules.NONE);
            if (i == 2) {
                error = Math.abs(latent.data().get(0) - exact(sigmas[3]));
            }
        }
        return error;
    }

    /** The solution of the diffusion ODE for x0 = lambda. */
    private static double exact(double sigma) {
        double lambda = -Math.log(sigma);
        return (lambda - 1) / Math.sqrt(sigma * sigma + 1);
    }

    @Test
    void theLastStepRemovesAllNoise() {
        for (int order = 1; order <= 3; order++) {
            Schedule schedule =
                    new DpmSolverMultistepScheduler(
                                    Schedules.config(
                                            "solver_order", order, "prediction_type", "sample"))
                            .schedule(20);
            Tensor latent = Schedules.random(1, 1, 1, 2, 2);
            Tensor last = Schedules.random(9, 1, 1, 2, 2);
            for (int i = 0; i < 20; i++) {
                Tensor output = i == 19 ? last : Schedules.random(10 + i, 1, 1, 2, 2);
                latent = schedule.step(i, output, latent, Schedules.NONE);
            }
            assertThat(latent.toArray()).as("order %d", order).isEqualTo(last.toArray());
        }
    }

    @Test
    void sigmasEndAtZeroOrAtTheLeastOfTraining() {
        double[] zero = new DpmSolverMultistepScheduler(Schedules.config()).sigmas(5);
        double[] least =
                new DpmSolverMultistepScheduler(Schedules.config("final_sigmas_type", "sigma_min"))
                        .sigmas(5);
        assertThat(zero).hasSize(6).endsWith(0);
        assertThat(least[5]).isCloseTo(0.0100, within(1e-5));
    }

    @Test
    void karrasSigmasAreEvenInTheirSeventhRoot() {
        DpmSolverMultistepScheduler scheduler =
                new DpmSolverMultistepScheduler(Schedules.config("use_karras_sigmas", true));
        double[] sigmas = scheduler.sigmas(7);
        double[] all = new DpmSolverMultistepScheduler(Schedules.config()).sigmas(1000);
        assertThat(sigmas[0]).isCloseTo(all[0], within(1e-4));
        assertThat(sigmas[6]).isCloseTo(all[999], within(1e-7));
        double stride = Math.pow(sigmas[0], 1 / 7.0) - Math.pow(sigmas[1], 1 / 7.0);
        for (int i = 1; i < 6; i++) {
            assertThat(Math.pow(sigmas[i], 1 / 7.0) - Math.pow(sigmas[i + 1], 1 / 7.0))
                    .isCloseTo(stride, within(1e-6));
        }
        assertThat(scheduler.schedule(7).timesteps()).startsWith(999).endsWith(0);
    }

    /** Expected numbers are diffusers'. */
    @Test
    void karrasTimestepsAreTheNearestOrOnTheCosineScheduleTheNextLower() {
        DpmSolverMultistepScheduler linear =
                new DpmSolverMultistepScheduler(Schedules.config("use_karras_sigmas", true));
        assertThat(linear.schedule(7).timesteps()).containsExactly(999, 902, 775, 593, 301, 47, 0);
        assertThat(linear.sigmas(7)[3]).isCloseTo(5.911306858062744, within(1e-6));
        DpmSolverMultistepScheduler cosine =
                new DpmSolverMultistepScheduler(
                        Schedules.config(
                                "use_karras_sigmas", true, "beta_schedule", "squaredcos_cap_v2"));
        assertThat(cosine.schedule(7).timesteps()).containsExactly(998, 998, 998, 997, 983, 682, 0);
        assertThat(cosine.sigmas(7)[0] / 20291.302734375).isCloseTo(1, within(1e-5));
    }

    @Test
    void aScheduleRunsOnceInOrder() {
        Schedule schedule = new DpmSolverMultistepScheduler(Schedules.config()).schedule(3);
        Tensor latent = Tensor.zeros(1, 1, 1, 1);
        assertThatThrownBy(() -> schedule.step(1, latent, latent, Schedules.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in order");
        schedule.step(0, latent, latent, Schedules.NONE);
        assertThatThrownBy(() -> schedule.step(0, latent, latent, Schedules.NONE))
                .isInstanceOf(IllegalStateException.class);
    }
}
