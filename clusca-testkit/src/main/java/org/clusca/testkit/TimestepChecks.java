package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.clusca.api.ErrorCode;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.testkit.BaseSchedulerTest.Behavior;

/** The timesteps of a scheduler. */
record TimestepChecks(BaseSchedulerTest given) {
    void timestepsFallWithinTheTrainingSteps() {
        Scheduler scheduler = given.scheduler();
        int most = scheduler.trainingSteps();
        assertThat(most).as("The training steps").isPositive();
        for (int steps : new int[] {1, 2, 7, 50, most}) {
            double[] timesteps = scheduler.schedule(steps).timesteps();
            boolean once = given.hasBehavior(Behavior.ONE_EVALUATION_A_STEP);
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

    void timestepsAreTheCallersOwn() {
        Schedule schedule = given.scheduler().schedule(7);
        double[] timesteps = schedule.timesteps();
        double[] before = timesteps.clone();
        Arrays.fill(timesteps, -1);
        assertThat(schedule.timesteps())
                .as("Writing to the timesteps must not change the schedule")
                .isEqualTo(before);
    }

    void impossibleNumbersOfStepsAreRefused() {
        Scheduler scheduler = given.scheduler();
        for (int steps : new int[] {0, -3, scheduler.trainingSteps() + 1}) {
            Checks.refused(
                    steps + " steps must be refused",
                    ErrorCode.INVALID_PARAMETER,
                    () -> scheduler.schedule(steps),
                    Integer.toString(steps));
        }
    }
}
