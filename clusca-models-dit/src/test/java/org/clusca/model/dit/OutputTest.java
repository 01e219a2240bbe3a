package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.HashMap;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output is forecast under every scheduler, with and without guidance, in batches. */
final class OutputTest {
    private static final int STEPS = 9;
    private static final int FULL = 3;

    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Scheduler scheduler(String kind) {
        Map<String, Object> config = new HashMap<>(pipeline.model().scheduler().values());
        config.put("_class_name", kind);
        return Clusca.create().scheduler(new Config(kind, config));
    }

    private static Request request(String kind, String policy, double guidance, int count) {
        return TinyDit.request(policy)
                .scheduler(scheduler(kind))
                .steps(STEPS)
                .guidance(guidance)
                .count(count)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "DDIMScheduler, epsilon, 1.5, 1",
        "DDIMScheduler, velocity, 1, 3",
        "DDIMScheduler, sample, 4, 2",
        "DPMSolverMultistepScheduler, epsilon, 1.5, 2",
        "DPMSolverMultistepScheduler, sample, 1, 1",
        "DDPMScheduler, sample, 1.5, 2",
    })
    void noNetworkRunsBetweenFullSteps(String kind, String as, double guidance, int count) {
        Generated plain = pipeline.generate(request(kind, "none", guidance, count));
        Generated forecast =
                pipeline.generate(
                        request(kind, "output:interval=4,order=1,as=" + as, guidance, count));

        assertThat(forecast.report().count(StepKind.FULL)).isEqualTo(FULL);
        assertThat(forecast.report().count(StepKind.OUTPUT)).isEqualTo(STEPS - FULL);
        assertThat(forecast.report().flops(StepKind.OUTPUT)).isZero();
        assertThat(forecast.latents().isFinite()).isTrue();
        assertThat(forecast.stepLatents().get(0).toArray())
                .containsExactly(plain.stepLatents().get(0).toArray());
        assertThat(forecast.stepLatents().get(1).toArray())
                .isNotEqualTo(plain.stepLatents().get(1).toArray());
        // a latent for each order, channels of the variance with it
        int outputs = pipeline.spec(request(kind, "none", guidance, count)).outputChannels();
        long latent = 4L * forecast.latents().size() / forecast.latents().dimension(1) * outputs;
        assertThat(forecast.report().cacheBytes()).isEqualTo(2 * latent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epsilon", "velocity"})
    void addedNoiseIsNotForecast(String as) {
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.generate(request("DDPMScheduler", "output:as=" + as, 1, 1)),
                "as=" + as,
                "the scheduler is ddpm",
                "as=sample");
    }
}
