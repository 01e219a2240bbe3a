package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.flops.FlopsConvention;
import org.clusca.policy.DuCa;
import org.clusca.testing.Golden;
import org.clusca.testing.RecordedSteps;
import org.junit.jupiter.api.Test;

/**
 * DuCa on the tiny network: full, ToCa's and skipped steps in their order, and what a skipped step
 * costs.
 */
final class DuCaTest {
    private static final int STEPS = 50;
    private static final DuCa STEPWISE = new DuCa(Map.of());

    @Test
    void alternatesItsTwoKindsOfCachedStep() {
        Generated generated = generate(STEPWISE);

        // written down from the rule by hand: the interval after the first step is round(3 / (1.4 -
        // 0.8 * 49 / 50)) = 5,
        // so 48 is at position 3, which is odd; from 19 to 10 the interval is 2, then it is 2 to
        // the end
        assertThat(kinds(generated.report()))
                .isEqualTo("FtstFFtstFtstFtstFtFstFstFstFstFtFtFtFtFtFtFtFtFtF");
    }

    /**
     * As published, steps 4 and 17 are full in the first block alone: the interval that it sets is
     * 4 and 3, which leaves 45 at position 1, ToCa's, and 32 at position 2, to be skipped.
     */
    @Test
    void asPublishedAStepCanBeFullInItsFirstBlockAlone() {
        Generated generated = generate(new DuCa(Map.of("decide", "layer")));

        assertThat(kinds(generated.report()))
                .isEqualTo("FtstmFtstFtstFtstmtFstFstFstFstFtFtFtFtFtFtFtFtFtF");
    }

    @Test
    void aSkippedStepCostsTheFirstAndTheLastLayerOnly() {
        Report report = generate(STEPWISE).report();

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
                                    request(STEPWISE)
                                            .scheduler(
                                                    RecordedSteps.watch(
                                                            pipeline.defaultScheduler(), outputs))
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

    /** A letter for each step. */
    private static String kinds(Report report) {
        return report.steps().stream()
                .map(
                        step ->
                                switch (step.kind()) {
                                    case FULL -> "F";
                                    case SKIPPED -> "s";
                                    case OUTPUT -> "o";
                                    case MIXED -> "m";
                                    case TOKENS, PREDICTED -> "t";
                                })
                .collect(Collectors.joining());
    }

    private static Generated generate(DuCa policy) {
        try (Pipeline pipeline = open()) {
            return pipeline.generate(request(policy).build());
        }
    }

    private static Request.Builder request(DuCa policy) {
        return Request.builder().conditions("0").steps(STEPS).policy(policy).decode(false);
    }

    private static Pipeline open() {
        return Clusca.open(Golden.folder("dit").resolve("pipeline"));
    }
}
