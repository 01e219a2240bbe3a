package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseLevel.Conversion;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.OutputForm;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.policy.Cached;
import org.clusca.policy.Composition;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.clusca.schedule.DdimScheduler;
import org.clusca.schedule.DdpmScheduler;
import org.clusca.schedule.FlowMatchEulerScheduler;
import org.junit.jupiter.api.Test;

final class OutputForecastTest {
    private static final int STEPS = 20;
    private static final int[] LATENT = {2, 3, 2, 2};
    private static final StepPlan COMPUTED =
            new StepPlan(List.of(new Action.Compute(false)), false);
    private static final List<Integer> FULL = List.of(2, 5, 6, 11, 13);

    /** The polynomial through the last {@code order + 1} outputs, whatever their gaps. */
    private record Through(int order) implements Predictor {
        @Override
        public double[] coefficients(StepContext step, History history) {
            double[] weights = new double[order + 1];
            for (int i = 0; i <= order; i++) {
                weights[i] = 1;
                for (int j = 0; j <= order; j++) {
                    if (i != j) {
                        double at = history.full().get(j).index();
                        weights[i] *= (step.index() - at) / (history.full().get(i).index() - at);
                    }
                }
            }
            return history.factors(weights);
        }
    }

    @Test
    void anOutputThatIsAPolynomialInTheStepIsForecastInAnyForm() {
        Scheduler ddim =
                new DdimScheduler(
                        new Config("scheduler", Map.of("prediction_type", "v_prediction")));
        Scheduler flow = new FlowMatchEulerScheduler(new Config("scheduler", Map.of("shift", 3)));
        for (Scheduler scheduler : List.of(ddim, flow)) {
            for (OutputForm form : OutputForm.values()) {
                for (int order = 0; order <= 3; order++) {
                    for (int outputs : new int[] {3, 6}) {
                        polynomial(scheduler.schedule(STEPS), form, order, outputs);
                    }
                }
            }
        }
    }

    private void polynomial(Schedule schedule, OutputForm form, int order, int outputs) {
        OutputForecast forecast = new OutputForecast(new Place.Output(form), order, schedule);
        for (int index : FULL) {
            Tensor latent = latent(index);
            forecast.computed(
                    step(index), COMPUTED, output(schedule, form, order, outputs, index), latent);
        }
        for (int index : new int[] {14, 17}) {
            float[] expected = output(schedule, form, order, outputs, index).toArray();
            float[] found =
                    forecast.forecast(step(index), new Through(order), latent(index), outputs)
                            .toArray();
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i])
                        .as("%s of order %d at step %d", form, order, index)
                        .isCloseTo(expected[i], within(2e-3 * (1 + Math.abs(expected[i]))));
            }
        }
    }

    /** What the network gives when its output in a form is a polynomial in the step. */
    private static Tensor output(
            Schedule schedule, OutputForm form, int degree, int outputs, int index) {
        NoiseLevel level = schedule.level(index).orElseThrow();
        Conversion conversion = level.conversion(form, level.output());
        float[] latent = latent(index).toArray();
        int image = latent.length / LATENT[0];
        int stride = image / LATENT[1] * outputs;
        float[] values = new float[LATENT[0] * stride];
        for (int i = 0; i < values.length; i++) {
            double value = Math.sin(i);
            for (int power = 1; power <= degree; power++) {
                value += Math.cos(i + power) * Math.pow(index / 10.0, power);
            }
            boolean predicted = i % stride < image;
            values[i] =
                    (float)
                            (predicted
                                    ? conversion.latent() * latent[i / stride * image + i % stride]
                                            + conversion.given() * value
                                    : value);
        }
        int[] shape = LATENT.clone();
        shape[1] = outputs;
        return Tensor.of(values, shape);
    }

    private static Tensor latent(int index) {
        float[] values = new float[Arrays.stream(LATENT).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(17 * index + i);
        }
        return Tensor.of(values, LATENT);
    }

    private static StepContext step(int index) {
        return new StepContext(index, STEPS, 1000 - index);
    }

    @Test
    void whatFollowsFromAForecastIsNotKept() {
        Schedule schedule =
                new FlowMatchEulerScheduler(new Config("scheduler", Map.of())).schedule(STEPS);
        OutputForecast forecast =
                new OutputForecast(new Place.Output(OutputForm.EPSILON), 0, schedule);
        Tensor first = output(schedule, OutputForm.EPSILON, 0, 3, 2);
        forecast.computed(step(2), COMPUTED, first, latent(2));
        forecast.computed(
                step(3),
                StepPlan.forecasting(new Place.Trunk(false), new Through(0)),
                Tensor.zeros(LATENT),
                latent(3));
        float[] found = forecast.forecast(step(2), new Through(0), latent(2), 3).toArray();
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(first.toArray()[i], within(1e-5f));
        }
    }

    @Test
    void aSchedulerThatKeepsItsLevelsToItselfIsRefused() {
        Schedule silent =
                new Schedule() {
                    @Override
                    public double[] timesteps() {
                        return new double[] {1};
                    }

                    @Override
                    public Tensor step(
                            int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
                        return latent;
                    }
                };
        assertThat(silent.level(0)).isEqualTo(Optional.empty());
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> OutputForecast.of(forecaster(OutputForm.SAMPLE), List.of(), "silent", silent),
                "forecaster",
                "the scheduler is silent",
                "Schedule.level");
    }

    /** What was noise at the last step is not all that there is at this one. */
    @Test
    void underASchedulerThatAddsNoiseOnlyTheCleanLatentIsForecast() {
        Schedule ddpm = new DdpmScheduler(new Config("scheduler", Map.of())).schedule(STEPS);
        for (OutputForm form : List.of(OutputForm.EPSILON, OutputForm.VELOCITY)) {
            assertRefused(
                    ErrorCode.INCOMPATIBLE,
                    () -> OutputForecast.of(forecaster(form), List.of(), "ddpm", ddpm),
                    "the scheduler is ddpm",
                    "as=sample");
        }
        assertThat(OutputForecast.of(forecaster(OutputForm.SAMPLE), List.of(), "ddpm", ddpm))
                .hasSize(1);
    }

    private static CachePolicy forecaster(OutputForm form) {
        return Composition.when(When.every(2, 1))
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(new Place.Output(form), Cached.reuse())
                .tag("forecaster")
                .build();
    }
}
