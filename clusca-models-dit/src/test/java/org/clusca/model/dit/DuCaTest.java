package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.StepKind;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.flops.FlopsConvention;
import org.clusca.policy.DuCa;
import org.clusca.policy.TopScore;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Test;

/**
 * DuCa on the tiny network: full, ToCa's and skipped steps in their order, and what a skipped step
 * costs.
 */
final class DuCaTest {
    private static final int STEPS = 50;

    @Test
    void alternatesItsTwoKindsOfCachedStep() {
        Report report = generate().report();

        String kinds =
                report.steps().stream()
                        .map(
                                step ->
                                        step.kind() == StepKind.FULL
                                                ? "F"
                                                : step.kind() == StepKind.SKIPPED ? "s" : "t")
                        .collect(Collectors.joining());
        // written down from the rule by hand: the interval after the first step is round(3 / (1.4 -
        // 0.8 * 49 / 50)) = 5,
        // so 48 is at position 3, which is odd; from 19 to 10 the interval is 2, then it is 2 to
        // the end
        assertThat(kinds).isEqualTo("FtstFFtstFtstFtstFtFstFstFstFstFtFtFtFtFtFtFtFtFtF");
    }

    @Test
    void aSkippedStepCostsTheFirstAndTheLastLayerOnly() {
        Report report = generate().report();

        try (Pipeline pipeline = open()) {
            long alone =
                    FlopsConvention.CLEAN.withoutTrunk(pipeline.model().transformer().spec(), 2);
            assertThat(report.steps().stream().filter(step -> step.kind() == StepKind.SKIPPED))
                    .allSatisfy(step -> assertThat(step.flops()).isEqualTo(alone));
        }
    }

    /**
     * The last layer still sees the step's own modulation, so the output changes although the
     * hidden state does not.
     */
    @Test
    void aSkippedStepIsNotTheOutputOfTheStepBefore() {
        List<Tensor> outputs = new ArrayList<>();
        Report report;
        try (Pipeline pipeline = open()) {
            report =
                    pipeline.generate(
                                    request()
                                            .scheduler(
                                                    watching(pipeline.defaultScheduler(), outputs))
                                            .build())
                            .report();
        }
        for (Report.Step step : report.steps()) {
            if (step.kind() == StepKind.SKIPPED) {
                Tensor own = outputs.get(step.index());
                Tensor before = outputs.get(step.index() - 1);
                assertThat(Golden.relativeError(own, before)).isBetween(1e-9, 1.0);
            }
        }
    }

    private static Scheduler watching(Scheduler inner, List<Tensor> outputs) {
        return new Scheduler() {
            @Override
            public String name() {
                return inner.name();
            }

            @Override
            public int trainingSteps() {
                return inner.trainingSteps();
            }

            @Override
            public Schedule schedule(int steps) {
                Schedule schedule = inner.schedule(steps);
                return new Schedule() {
                    @Override
                    public double[] timesteps() {
                        return schedule.timesteps();
                    }

                    @Override
                    public Tensor step(int index, Tensor output, Tensor latent, NoiseSource noise) {
                        outputs.add(Tensor.of(output.toArray(), output.shape()));
                        return schedule.step(index, output, latent, noise);
                    }
                };
            }
        };
    }

    private static Generated generate() {
        try (Pipeline pipeline = open()) {
            return pipeline.generate(request().build());
        }
    }

    private static Request.Builder request() {
        return Request.builder()
                .conditions("0")
                .steps(STEPS)
                .policy(new DuCa(3, 0.05, TopScore.Importance.ATTENTION))
                .decode(false);
    }

    private static Pipeline open() {
        return Clusca.open(Golden.folder("dit").resolve("pipeline"));
    }
}
