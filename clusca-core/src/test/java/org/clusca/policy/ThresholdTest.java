package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.junit.jupiter.api.Test;

/** Full steps by what a gauge shows, and bounds on them. */
final class ThresholdTest {
    private static final Gauge GAUGE = new Gauge.InputChange(Norm.RELATIVE_L1);

    /** What two rows show at each step but the first, the same on average. */
    private static List<StepContext> showing(double... changes) {
        List<StepContext> steps = new ArrayList<>();
        for (int i = 0; i <= changes.length; i++) {
            Readings shown =
                    i == 0
                            ? Readings.NONE
                            : new Readings(
                                    Map.of(
                                            GAUGE,
                                            new double[] {
                                                changes[i - 1] - 0.01, changes[i - 1] + 0.01
                                            }));
            steps.add(new StepContext(i, changes.length + 1, 1000 - i, shown));
        }
        return steps;
    }

    private static When.FullSteps open(When rule, int steps) {
        Branch branch =
                new Branch(
                        new BranchId(0, Stream.IMAGE, BranchKind.MLP), 4, 8, Cost.NONE, Cost.NONE);
        return rule.open(new GenerationContext(List.of(branch), 2, steps, 0));
    }

    private static List<Integer> full(When rule, List<StepContext> steps) {
        When.FullSteps open = open(rule, steps.size());
        List<Integer> full = new ArrayList<>();
        for (StepContext step : steps) {
            open.begin(step);
            if (open.full(step.index(), 0)) {
                full.add(step.index());
            }
        }
        return full;
    }

    @Test
    void oneChangeIsHeldAgainstTheThreshold() {
        When rule = When.changed(GAUGE, 0.5);
        assertThat(full(rule, showing(0.4, 0.4, 0.6, 0.5, 0.1))).containsExactly(0, 3, 4);
    }

    /** Also when it is reached exactly; then the sum begins anew. */
    @Test
    void driftAddsUp() {
        When rule = When.drifted(GAUGE, Polynomial.parse("2:0"), 1);
        assertThat(full(rule, showing(0.25, 0.25, 0.25, 0.125, 0.25))).containsExactly(0, 2, 5);
    }

    @Test
    void judgementsAreWhatWasCompared() {
        When.FullSteps open = open(When.drifted(GAUGE, Polynomial.parse("1:1:0"), 1), 3);
        List<Judgement> judgements = new ArrayList<>();
        for (StepContext step : showing(0.5, 0.2)) {
            open.begin(step);
            open.judgement().ifPresent(judgements::add);
        }
        assertThat(judgements).hasSize(2);
        assertThat(judgements.get(0).change()).isCloseTo(0.75, within(1e-12));
        assertThat(judgements.get(1).change()).isCloseTo(0.24, within(1e-12));
        assertThat(judgements.get(1).sum()).isCloseTo(0.99, within(1e-12));
        assertThat(judgements).noneMatch(Judgement::exceeded);
    }

    @Test
    void boundsMakeStepsFull() {
        List<StepContext> still = showing(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        When never = When.changed(GAUGE, 1);
        assertThat(full(never, still)).containsExactly(0);
        assertThat(full(never.andFirst(3).andLast(2), still)).containsExactly(0, 1, 2, 9, 10);
        assertThat(full(never.andAfter(3), still)).containsExactly(0, 4, 8);
        assertThat(full(never.andAfter(0), still)).hasSize(11);
    }

    /** A step that is full anyway is decided by nothing, and sums begin anew. */
    @Test
    void boundsStartSumsAnew() {
        When rule = When.drifted(GAUGE, Polynomial.IDENTITY, 1).andFirst(3);
        assertThat(full(rule, showing(0.7, 0.7, 0.7, 0.2, 0.2))).containsExactly(0, 1, 2, 5);
        When.FullSteps open = open(rule, 6);
        for (StepContext step : showing(0.7, 0.7, 0.7, 0.2, 0.2)) {
            open.begin(step);
            assertThat(open.judgement().isPresent()).isEqualTo(step.index() >= 3);
        }
    }
}
