package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.clusca.api.Tensor;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {

    @Test
    void allThreeTypesMeanTheSameLatentAndNoise() {
        double x0 = 0.7;
        double epsilon = -1.3;
        double signal = 0.6;
        double sigma = 0.8;
        double latent = signal * x0 + sigma * epsilon;
        double[] outputs = {epsilon, x0, signal * epsilon - sigma * x0};
        Prediction[] types = {Prediction.EPSILON, Prediction.SAMPLE, Prediction.V_PREDICTION};
        for (int i = 0; i < types.length; i++) {
            assertThat(types[i].x0(outputs[i], latent, signal, sigma))
                    .as("x0 from %s", types[i])
                    .isCloseTo(x0, within(1e-12));
            assertThat(types[i].epsilon(outputs[i], latent, signal, sigma))
                    .as("epsilon from %s", types[i])
                    .isCloseTo(epsilon, within(1e-12));
        }
    }

    /** A network that knows the picture gives the same run whatever it is asked to predict. */
    @ParameterizedTest
    @ValueSource(strings = {"ddim", "dpm-solver", "respaced", "ddpm"})
    void everySchedulerTakesAllThreeTypes(String name) {
        Tensor picture = Schedules.random(3, 2, 3, 4, 4);
        Tensor byNoise = denoise(name, "epsilon", picture);
        Golden.assertClose("sample", denoise(name, "sample", picture), byNoise, 1e-4);
        Golden.assertClose("velocity", denoise(name, "v_prediction", picture), byNoise, 1e-4);
        if (!name.equals("ddpm")) {
            Golden.assertClose("end of the run", byNoise, picture, 2e-2);
        }
    }

    private static Tensor denoise(String name, String type, Tensor picture) {
        BetaSchedule betas = BetaSchedule.single(Schedules.config());
        Scheduler scheduler =
                switch (name) {
                    case "ddim" ->
                            new DdimScheduler(
                                    Schedules.config(
                                            "prediction_type", type, "clip_sample", false));
                    case "ddpm" ->
                            new DdpmScheduler(
                                    Schedules.config(
                                            "prediction_type", type, "clip_sample", false));
                    case "respaced" ->
                            new RespacedScheduler(Schedules.config("prediction_type", type));
                    default ->
                            new DpmSolverMultistepScheduler(
                                    Schedules.config("prediction_type", type));
                };
        Schedule schedule = scheduler.schedule(8);
        Tensor latent = Schedules.random(4, picture.shape());
        for (int i = 0; i < 8; i++) {
            double alpha = betas.alphaCumprod((int) schedule.timesteps()[i]);
            Tensor output = output(type, picture, latent, Math.sqrt(alpha), Math.sqrt(1 - alpha));
            latent = schedule.step(i, output, latent, Schedules.noise(9));
        }
        return latent;
    }

    private static Tensor output(
            String type, Tensor picture, Tensor latent, double signal, double sigma) {
        float[] x0 = picture.toArray();
        float[] x = latent.toArray();
        for (int i = 0; i < x0.length; i++) {
            double epsilon = (x[i] - signal * x0[i]) / sigma;
            x0[i] =
                    switch (type) {
                        case "epsilon" -> (float) epsilon;
                        case "sample" -> x0[i];
                        default -> (float) (signal * epsilon - sigma * x0[i]);
                    };
        }
        return Tensor.of(x0, picture.shape());
    }
}
