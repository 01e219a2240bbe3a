package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link CachePolicy} must do, on {@link ToyModel}, 16 tokens and 4 branches, or on
 * another model. Extend it and supply {@link #policy()}, so set that it reuses something within 12
 * steps, and {@link #computingEverything()}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BaseCachePolicyTest {
    /** What a policy may leave out; then the opposite is checked. */
    public enum Behavior {
        /** A factory on the class path makes it from its tag. */
        REGISTERED,
        /** It can be set so that it computes every branch at every step. */
        COMPUTES_EVERYTHING,
        /** It takes any number of steps, however few; else it refuses a single one. */
        FEW_STEPS,
        /** At some steps it does not compute every branch. */
        REUSES,
        /** What happens to an image does not depend on the others of the batch. */
        DECIDES_BY_ROW
    }

    private Pipeline pipeline;

    /** The policy under test. */
    protected abstract CachePolicy policy();

    /** The policy set so that every branch is computed at every step. */
    protected CachePolicy computingEverything() {
        throw new UnsupportedOperationException(
                "Override computingEverything(), or declare that the policy does not have"
                        + " COMPUTES_EVERYTHING.");
    }

    /**
     * What it is tried on, without pictures: {@link ToyModel}, unless said otherwise; one that
     * takes its classes as prompts.
     */
    protected Model model() {
        return ToyModel.create();
    }

    /** True unless the policy leaves it out. */
    protected boolean hasBehavior(Behavior behavior) {
        return true;
    }

    @BeforeAll
    final void open() {
        pipeline = Clusca.create().open(model(), 0);
    }

    @AfterAll
    final void close() {
        pipeline.close();
    }

    /** Ask for the policy once: it is shared by generations, as a service would. */
    private Request.Builder request() {
        return ToyModel.request(AssertingCachePolicy.of(policy()));
    }

    private Run run(Request.Builder request) {
        return Run.of(pipeline, request);
    }

    /** Actions for all branches, nothing predicted that was never computed, tokens in range. */
    @Test
    void keepsTheProtocol() {
        boolean few = hasBehavior(Behavior.FEW_STEPS);
        if (!few) {
            Checks.refused(
                    "A number of steps that the policy does not take must be refused",
                    ErrorCode.INVALID_PARAMETER,
                    () -> run(request().steps(1)),
                    "1 step");
        }
        for (int steps : few ? new int[] {1, 2, 3, 12, 50} : new int[] {12, 50}) {
            for (int images : new int[] {1, 3}) {
                Generated generated = run(request().steps(steps).count(images)).generated();
                assertThat(generated.latents().isFinite())
                        .as("Latents must stay finite with %s steps", steps)
                        .isTrue();
            }
        }
        assertThat(run(request().guidance(1)).generated().latents().isFinite())
                .as("Latents must stay finite without guidance")
                .isTrue();
    }

    @Test
    void computingEverythingIsNoPolicy() {
        if (!hasBehavior(Behavior.COMPUTES_EVERYTHING)) {
            assertThat(catchThrowable(this::computingEverything))
                    .as("A policy that overrides computingEverything() has COMPUTES_EVERYTHING")
                    .isInstanceOf(UnsupportedOperationException.class);
            return;
        }
        for (double guidance : new double[] {1, 2}) {
            Run plain = run(ToyModel.request(NoCache.INSTANCE).guidance(guidance).count(2));
            CachePolicy everything = AssertingCachePolicy.of(computingEverything());
            Run computed = run(ToyModel.request(everything).guidance(guidance).count(2));
            for (StepPlan plan : computed.plans()) {
                assertThat(plan.kind())
                        .as("A policy set to compute everything must plan full steps only")
                        .isEqualTo(StepKind.FULL);
            }
            Checks.sameBits(
                    "Computing everything must equal no policy bit for bit",
                    computed.generated(),
                    plain.generated());
        }
    }

    @Test
    void reusesSomething() {
        Run run = run(request());
        boolean reused = run.plans().stream().anyMatch(plan -> plan.kind() != StepKind.FULL);
        assertThat(reused)
                .as("Whether something is reused within 12 steps")
                .isEqualTo(hasBehavior(Behavior.REUSES));
        if (reused) {
            assertThat(run.generated().latents().toArray())
                    .as("What is generated with reuse, compared with no policy")
                    .isNotEqualTo(
                            run(ToyModel.request(NoCache.INSTANCE))
                                    .generated()
                                    .latents()
                                    .toArray());
            assertThat(run.generated().report().warnings()).isEmpty();
        }
    }

    @Test
    void theFirstStepIsComputedInFull() {
        assertThat(run(request()).plans().get(0).kind())
                .as("There is nothing to predict from before the first step is computed")
                .isEqualTo(StepKind.FULL);
    }

    @Test
    void theSameSeedMakesTheSameDecisions() {
        Run first = run(request().count(2));
        Run second = run(request().count(2));
        second.decidesAs("The same seed must make the same decisions", first);
        Checks.sameBits(
                "The same seed must give the same latents", second.generated(), first.generated());
    }

    @Test
    void requestsDoNotAffectEachOther() {
        CachePolicy shared = AssertingCachePolicy.of(policy());
        Run alone = run(ToyModel.request(policy()).count(2));
        run(ToyModel.request(shared).count(3).steps(7).seed(8));
        Run after = run(ToyModel.request(shared).count(2));
        String expectation = "A request must not depend on an earlier one of another size";
        after.decidesAs(expectation, alone);
        Checks.sameBits(expectation, after.generated(), alone.generated());
    }

    /** A second generation runs from start to end between two steps of the first. */
    @Test
    void sessionsAreIsolated() {
        CachePolicy shared = AssertingCachePolicy.of(policy());
        Run alone = run(ToyModel.request(policy()));
        Request other =
                ToyModel.request(shared).conditions("wave").steps(9).count(3).seed(9).build();
        List<StepPlan> plans = new ArrayList<>();
        Generated interrupted =
                pipeline.generate(
                        ToyModel.request(shared)
                                .listener(
                                        progress -> {
                                            plans.add(progress.plan());
                                            pipeline.generate(other);
                                        })
                                .build());
        String expectation = "A generation must not depend on one that runs at the same time";
        new Run(interrupted, plans).decidesAs(expectation, alone);
        Checks.sameBits(expectation, interrupted, alone.generated());
    }

    @Test
    void rowsAreIndependent() {
        Optional<AssertionError> dependence =
                dependence(this::requireIndependentRows)
                        .or(() -> dependence(this::requireIndependentImages));
        if (hasBehavior(Behavior.DECIDES_BY_ROW)) {
            dependence.ifPresent(
                    error -> {
                        throw error;
                    });
        } else {
            assertThat(dependence)
                    .as(
                            "A policy that declares not to have DECIDES_BY_ROW must let what one"
                                    + " row holds change another")
                    .isPresent();
        }
    }

    private static Optional<AssertionError> dependence(Runnable check) {
        try {
            check.run();
            return Optional.empty();
        } catch (AssertionError error) {
            return Optional.of(error);
        }
    }

    private void requireIndependentRows() {
        Request.Builder request = request().guidance(1);
        Run left = run(request.conditions("circle", "star"));
        Run right = run(request.conditions("square", "star"));
        Checks.sameBits(
                "A row of the batch must not depend on the row before it",
                right.generated().latents().rows(1, 2),
                left.generated().latents().rows(1, 2));
        Run last = run(request.conditions("circle", "wave"));
        Checks.sameBits(
                "A row of the batch must not depend on the row after it",
                last.generated().latents().rows(0, 1),
                left.generated().latents().rows(0, 1));
    }

    /** Under guidance, where the two rows of an image may share what is chosen for it. */
    private void requireIndependentImages() {
        Request.Builder request = request().guidance(2);
        Checks.sameBits(
                "An image must not depend on the one before it",
                run(request.conditions("square", "star")).generated().latents().rows(1, 2),
                run(request.conditions("circle", "star")).generated().latents().rows(1, 2));
    }

    @Test
    void theReportAddsUp() {
        int steps = 12;
        Run run = run(request());
        Report report = run.generated().report();
        Report plain = run(ToyModel.request(NoCache.INSTANCE)).generated().report();
        int branches = pipeline.model().transformer().spec().branches().size();
        assertThat(report.provenance().policy())
                .as("The policy in the report")
                .isEqualTo(policy().tag());
        assertThat(report.steps()).as("Steps in the report").hasSize(steps);
        int actions = 0;
        int walked = 0;
        long kinds = 0;
        for (StepKind kind : StepKind.values()) {
            kinds += report.count(kind);
        }
        for (int i = 0; i < steps; i++) {
            Report.Step step = report.steps().get(i);
            List<Action> planned = run.plans().get(i).actions();
            if (!planned.isEmpty()) {
                actions += planned.size();
                walked++;
            }
            assertThat(step.kind())
                    .as("The kind of step %s in the report", i)
                    .isEqualTo(run.plans().get(i).kind());
            if (step.kind() == StepKind.FULL) {
                assertThat(step.flops())
                        .as("A full step must cost what it costs without a policy")
                        .isEqualTo(plain.steps().get(i).flops());
            } else {
                assertThat(step.flops())
                        .as("A cached step must cost less than a full one")
                        .isLessThan(plain.steps().get(i).flops());
            }
        }
        assertThat(kinds).as("Steps of all kinds together").isEqualTo(steps);
        assertThat(actions)
                .as(
                        "Computed, partly computed and predicted branches of all steps that are not skipped")
                .isEqualTo(branches * walked);
    }

    @Test
    void itsTagMakesItAgain() {
        String tag = policy().tag();
        assertThat(policy().tag()).as("The tag of an equal policy").isEqualTo(tag);
        if (!hasBehavior(Behavior.REGISTERED)) {
            assertThat(catchThrowable(() -> Clusca.create().policy(tag)))
                    .as("The tag of a policy that no factory makes must be refused")
                    .isInstanceOf(CluscaException.class);
            return;
        }
        CachePolicy again = Clusca.create().policy(tag);
        assertThat(again.tag()).as("The tag of what the tag makes").isEqualTo(tag);
        assertThat(again.requirements())
                .as("The requirements of what the tag makes")
                .isEqualTo(policy().requirements());
        run(ToyModel.request(again))
                .decidesAs("What the tag makes must decide the same", run(request()));
    }
}
