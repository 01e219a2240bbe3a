package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.policy.Taylor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Steps that a policy rejects: what is reported of them, and what is left of them. */
final class JudgedStepsTest {
    private static final Gauge INPUT = new Gauge.InputChange(Norm.RELATIVE_L1);
    private static final Place TRUNK = new Place.Trunk(false);

    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = Toys.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    /** Drafts every step but the first by the trunk's last state; rejects what it is told to. */
    private record Drafts(Gauge gauge, Redo redo) implements CachePolicy {
        /** Whether a drafted step is run again. */
        @FunctionalInterface
        interface Redo {
            boolean rejects(StepContext step);
        }

        @Override
        public String tag() {
            return "drafts";
        }

        @Override
        public Requirements requirements() {
            return Requirements.builder().forecasts(TRUNK, 0).gauge(gauge).build();
        }

        @Override
        public CacheSession open(GenerationContext context) {
            StepPlan full =
                    new StepPlan(
                            Collections.nCopies(
                                    context.branches().size(), new Action.Compute(false)),
                            false);
            return new CacheSession() {
                @Override
                public StepPlan plan(StepContext step) {
                    return step.index() == 0 ? full : StepPlan.forecasting(TRUNK, new Taylor(0));
                }

                @Override
                public Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings readings) {
                    return step.index() > 0 && redo.rejects(step)
                            ? Optional.of(full)
                            : Optional.empty();
                }
            };
        }
    }

    private static Request.Builder request(CachePolicy policy) {
        return Toys.request("none").policy(policy);
    }

    @Test
    void rejectedWorkIsInTheReport() {
        Report report =
                pipeline.generate(request(new Drafts(INPUT, step -> step.index() == 3)).build())
                        .report();
        Report straight =
                pipeline.generate(request(new Drafts(INPUT, step -> false)).build()).report();

        assertThat(report.count(StepKind.FULL)).isEqualTo(2);
        assertThat(report.count(StepKind.SKIPPED)).isEqualTo(4);
        long skipped = report.steps().get(2).flops();
        long full = report.steps().get(0).flops();
        assertThat(report.steps().get(3).kind()).isEqualTo(StepKind.FULL);
        assertThat(report.steps().get(3).flops()).isEqualTo(full);
        assertThat(report.rejected()).hasSize(1);
        Report.Rejected rejected = report.steps().get(3).rejected().orElseThrow();
        assertThat(rejected.kind()).isEqualTo(StepKind.SKIPPED);
        assertThat(rejected.flops()).isEqualTo(skipped).isEqualTo(report.rejectedFlops());
        assertThat(rejected.seconds()).isPositive().isLessThan(report.steps().get(3).seconds());
        assertThat(straight.rejected()).isEmpty();
        assertThat(straight.rejectedSeconds()).isZero();
        // one skipped step became a rejected one and a full one
        assertThat(report.flops()).isEqualTo(straight.flops() + full);
    }

    /** Two blocks of 16 tokens of 8 channels, an MLP of 16, two rows. */
    @Test
    void leadingBlocksAreCountedOncePerStep() {
        Gauge residual = new Gauge.ResidualChange(1, Norm.L2);
        Report report =
                pipeline.generate(request(new Drafts(residual, step -> step.index() == 3)).build())
                        .report();

        long block = 2 * 2 * (8 * 16 * 8 * 8 + 2 * 16 * 16 * 8);
        long fixed = 2 * 2 * 16 * 8 * (2 + 2);
        assertThat(report.steps().get(0).flops()).isEqualTo(2 * block + fixed);
        assertThat(report.steps().get(1).flops()).isEqualTo(block + fixed);
        // the run that was rejected ran them, the second one goes on from there
        assertThat(report.rejectedFlops()).isEqualTo(block + fixed);
        assertThat(report.steps().get(3).flops()).isEqualTo(block + fixed);
    }

    @Test
    void aSessionThatThrowsLeavesNothing() {
        long tensors = OnnxEnvironment.openTensors();
        Request request =
                request(
                                new Drafts(
                                        INPUT,
                                        step -> {
                                            throw new IllegalStateException("cannot judge");
                                        }))
                        .build();
        assertThatThrownBy(() -> pipeline.generate(request)).hasMessage("cannot judge");
        assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
    }

    @Test
    void aCancelledGenerationRunsNothingAgain() {
        long tensors = OnnxEnvironment.openTensors();
        Cancellation cancellation = new Cancellation();
        Drafts.Redo cancelling =
                step -> {
                    cancellation.cancel();
                    return true;
                };
        Request request = request(new Drafts(INPUT, cancelling)).cancellation(cancellation).build();
        assertRefused(
                ErrorCode.CANCELLED,
                () -> pipeline.generate(request),
                "before a step was run again");
        assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
    }

    @Test
    void gaugesOfWhatIsNotThere() {
        BranchId nowhere = new BranchId(7, Stream.IMAGE, BranchKind.MLP);
        refused(new Gauge.ResidualChange(3, Norm.L1), "blocks 1 to 2");
        refused(new Gauge.ResidualChange(0, Norm.L1), "blocks 1 to 2");
        refused(new Gauge.ForecastError(nowhere, Norm.L1), "no such branch");
        refused(new Gauge.BlockError(2, Norm.L1), "blocks 0 to 1");
        refused(new Gauge.BlockError(1, Norm.L1), "nothing is kept of branches");
    }

    private static void refused(Gauge gauge, String reason) {
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.check(request(new Drafts(gauge, step -> false)).build()),
                gauge.toString(),
                reason);
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.generate(request(new Drafts(gauge, step -> false)).build()),
                gauge.toString(),
                reason);
    }

    @Test
    void leadingBlocksThatAreNotComputed() {
        Gauge residual = new Gauge.ResidualChange(2, Norm.L2);
        CachePolicy policy =
                new CachePolicy() {
                    @Override
                    public String tag() {
                        return "hasty";
                    }

                    @Override
                    public Requirements requirements() {
                        return Requirements.builder().order(0).gauge(residual).build();
                    }

                    @Override
                    public CacheSession open(GenerationContext context) {
                        return step -> {
                            List<Action> actions =
                                    new ArrayList<>(
                                            Collections.nCopies(
                                                    context.branches().size(),
                                                    new Action.Compute(false)));
                            if (step.index() > 0) {
                                actions.set(3, new Action.Predict(new Taylor(0)));
                            }
                            return new StepPlan(actions, false, Map.of());
                        };
                    }
                };
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.generate(request(policy).build()),
                "does not compute block1.image.mlp",
                "step 1");
    }
}
