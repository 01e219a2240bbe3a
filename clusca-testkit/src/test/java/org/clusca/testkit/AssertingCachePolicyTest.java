package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.BranchKind;
import org.clusca.policy.ClusCa;
import org.clusca.policy.Fora;
import org.clusca.policy.Taylor;
import org.clusca.policy.ToCa;
import org.junit.jupiter.api.Test;

/** Every breach of the protocol is told, and whose it is. */
final class AssertingCachePolicyTest {
    private static final int STEPS = 3;
    private static final GenerationContext CONTEXT =
            new GenerationContext(ToyModel.create().transformer().spec().branches(), 2, STEPS, 1);

    private static CacheSession session(CachePolicy policy) {
        return AssertingCachePolicy.of(policy).open(CONTEXT);
    }

    private static StepContext step(int index) {
        return new StepContext(index, STEPS, 500);
    }

    private static void told(ThrowingCallable call, String... fault) {
        assertThatThrownBy(call).isInstanceOf(AssertionError.class).hasMessageContainingAll(fault);
    }

    @Test
    void plansOutOfOrder() {
        CacheSession session = session(new Fora(2));
        told(() -> session.plan(step(1)), "caller", "step 1 of 3, but step 0 of 3 is next");
        session.plan(step(0));
        told(() -> session.plan(step(0)), "caller", "step 0 of 3, but step 1 of 3 is next");
        told(() -> session.plan(new StepContext(1, 9, 500)), "caller", "step 1 of 9");
    }

    @Test
    void useAfterTheLastStep() {
        CacheSession session = session(new Fora(2));
        for (int i = 0; i < STEPS; i++) {
            session.plan(step(i));
        }
        told(() -> session.plan(step(STEPS)), "caller", "after the last of 3 steps");
    }

    @Test
    void useFromAnotherThread() {
        CacheSession session = session(new Fora(2));
        session.plan(step(0));
        Throwable thrown =
                catchThrowable(
                        () -> CompletableFuture.runAsync(() -> session.plan(step(1))).join());
        assertThat(thrown)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("used the session of thread");
    }

    @Test
    void observationsThatDoNotFit() {
        CacheSession unasked = session(new Fora(2));
        unasked.plan(step(0));
        Tensor hidden = Tensor.zeros(2, 16, 8);
        told(() -> unasked.observe(new Observation(0, hidden)), "caller", "not asked for");
        CacheSession asked = session(ClusCa.builder().clusters(2).build());
        asked.plan(step(0));
        told(() -> asked.plan(step(1)), "caller", "without the observation");
        told(() -> asked.observe(new Observation(1, hidden)), "caller", "step 1 in place of");
        told(
                () -> asked.observe(new Observation(0, Tensor.zeros(1, 16, 8))),
                "caller",
                "shape [1, 16, 8], expected [2, 16, 8]");
        asked.observe(new Observation(0, hidden));
        told(() -> asked.observe(new Observation(0, hidden)), "caller", "not asked for");
    }

    @Test
    void signalsThatAreMissing() {
        CacheSession session = session(new ToCa(Map.of()));
        session.plan(step(0));
        Observation nothing = new Observation(0, Tensor.zeros(0, 0, 0));
        told(
                () -> session.observe(nothing),
                "caller",
                "ATTENTION_RECEIVED of block0.image.attention",
                "nothing");
    }

    @Test
    void readingsThatDoNotFit() {
        Gauge input = new Gauge.InputChange(Norm.L1);
        Requirements needs = Requirements.builder().order(0).gauge(input).build();
        Action reuse = new Action.Predict(new Taylor(0));
        Readings shown = new Readings(Map.of(input, new double[] {0.1, 0.2}));

        CacheSession unjudged = session(new Scripted(needs, 1, reuse, false));
        unjudged.plan(step(0));
        told(() -> unjudged.plan(step(1)), "caller", "without having the one before judged");

        CacheSession session = session(new Scripted(needs, 1, reuse, false));
        StepPlan first = session.plan(step(0));
        told(
                () -> session.redo(step(0), first, shown),
                "caller",
                "shows [input change, l1], expected to show []");
        CacheSession later = session(new Scripted(needs, 1, reuse, false));
        later.redo(step(0), later.plan(step(0)), Readings.NONE);
        told(() -> later.plan(step(1)), "caller", "shows [], expected to show [input change");
        Readings single = new Readings(Map.of(input, new double[1]));
        told(
                () -> later.plan(new StepContext(1, STEPS, 500, single)),
                "caller",
                "expected 2 numbers");
        StepContext second = new StepContext(1, STEPS, 500, shown);
        StepPlan plan = later.plan(second);
        told(
                () -> later.redo(second, first, shown),
                "caller",
                "another step judged than the one that was planned last");
        Readings other = new Readings(Map.of(input, new double[] {0.1, 0.3}));
        told(() -> later.redo(second, plan, other), "caller", "than before the plan");
    }

    /** Computes everything at step 0; then one branch does what is given. */
    private record Scripted(Requirements requirements, int branch, Action second, boolean observes)
            implements CachePolicy {
        @Override
        public String tag() {
            return "scripted";
        }

        @Override
        public CacheSession open(GenerationContext context) {
            List<Action> full =
                    Collections.nCopies(context.branches().size(), new Action.Compute(true));
            return step -> {
                List<Action> actions = new ArrayList<>(full);
                if (step.index() > 0) {
                    actions.set(branch, second);
                }
                return new StepPlan(actions, observes);
            };
        }
    }

    private static void fault(int branch, Action second, String... fault) {
        CacheSession session =
                session(
                        new Scripted(
                                Requirements.builder().order(0).tokens(BranchKind.MLP).build(),
                                branch,
                                second,
                                false));
        session.plan(step(0));
        told(() -> session.plan(step(1)), fault);
    }

    private static Action tokens(Merge merge, int[]... tokens) {
        return new Action.ComputeTokens(tokens, merge, new Taylor(0));
    }

    @Test
    void plansThatBreakTheRules() {
        Merge replace = new Merge.Replace();
        int[] one = {0};
        fault(
                0,
                tokens(replace, one, one),
                "Policy scripted",
                "block0.image.attention",
                "never does so");
        fault(1, tokens(replace, one), "1 rows", "the batch has 2");
        fault(1, tokens(replace, one, new int[] {16}), "token 16 of block0.image.mlp", "0 to 15");
        fault(1, tokens(replace, new int[] {-1}, one), "token -1");
        fault(1, new Action.Predict(new Taylor(1)), "order 1", "keeps order 0", "at step 1");
        int[][] labels = new int[2][16];
        fault(1, tokens(new Merge.Propagate(1.5, labels, false), one, one), "ratio 1.5");
        fault(1, tokens(new Merge.Correct(0.5, labels), one, one), "declares that it never");
        fault(1, tokens(new Merge.Propagate(0.5, new int[2][3], false), one, one), "labels");
    }

    @Test
    void skippingAgainstTheRules() {
        for (boolean declared : new boolean[] {false, true}) {
            Place trunk = new Place.Trunk(false);
            Requirements.Builder needs = Requirements.builder().order(0);
            CachePolicy hasty =
                    new CachePolicy() {
                        @Override
                        public String tag() {
                            return "hasty";
                        }

                        @Override
                        public Requirements requirements() {
                            return (declared ? needs.forecasts(trunk, 0) : needs).build();
                        }

                        @Override
                        public CacheSession open(GenerationContext context) {
                            return step -> StepPlan.forecasting(trunk, new Taylor(0));
                        }
                    };
            told(
                    () -> session(hasty).plan(step(0)),
                    "Policy hasty",
                    "Trunk",
                    declared ? "before it was ever computed" : "without having declared it");
        }
    }

    @Test
    void undeclaredNeeds() {
        Action reuse = new Action.Predict(new Taylor(0));
        CacheSession nothing = session(new Scripted(Requirements.NOTHING, 1, reuse, false));
        nothing.plan(step(0));
        told(() -> nothing.plan(step(1)), "Policy scripted", "keeps nothing");
        CacheSession whole =
                session(
                        new Scripted(
                                Requirements.order(0),
                                1,
                                tokens(new Merge.Replace(), new int[1], new int[1]),
                                false));
        whole.plan(step(0));
        told(() -> whole.plan(step(1)), "computes some tokens", "declares that it never");
        CacheSession blind = session(new Scripted(Requirements.order(0), 1, reuse, true));
        told(() -> blind.plan(step(0)), "asks to observe", "declares nothing to see", "at step 0");
    }
}
