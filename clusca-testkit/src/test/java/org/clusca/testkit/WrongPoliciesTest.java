package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.policy.Taylor;
import org.junit.jupiter.api.Test;

/** Policies with a fault each: the kit names it. */
final class WrongPoliciesTest {
    private static final Action COMPUTE = new Action.Compute(true);
    private static final Action REUSE = new Action.Predict(new Taylor(0));

    /** Passes every test but those that its fault concerns. */
    private abstract static class AlmostRight extends BaseCachePolicyTest {
        /** Whether step {@code index} is computed in full. */
        boolean full(int index) {
            return index % 3 == 0;
        }

        CacheSession open(GenerationContext context) {
            return step -> plan(context, full(step.index()) ? COMPUTE : REUSE);
        }

        @Override
        protected CachePolicy policy() {
            return new CachePolicy() {
                @Override
                public String tag() {
                    return "almost-right";
                }

                @Override
                public Requirements requirements() {
                    return Requirements.builder().order(0).tokens(BranchKind.MLP).hidden().build();
                }

                @Override
                public CacheSession open(GenerationContext context) {
                    return AlmostRight.this.open(context);
                }
            };
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED && behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    private static StepPlan plan(GenerationContext context, Action action) {
        return new StepPlan(Collections.nCopies(context.branches().size(), action), false);
    }

    static final class IsRight extends AlmostRight {}

    static final class StartsWithoutHistory extends AlmostRight {
        @Override
        boolean full(int index) {
            return index % 3 == 1;
        }
    }

    static final class OverlooksABranch extends AlmostRight {
        @Override
        CacheSession open(GenerationContext context) {
            return step ->
                    new StepPlan(
                            Collections.nCopies(context.branches().size() - 1, COMPUTE), false);
        }
    }

    static final class CountsStepsInThePolicy extends AlmostRight {
        private final AtomicInteger steps = new AtomicInteger();

        @Override
        CacheSession open(GenerationContext context) {
            return step ->
                    plan(
                            context,
                            step.index() == 0 || steps.getAndIncrement() % 5 == 0
                                    ? COMPUTE
                                    : REUSE);
        }
    }

    static final class ReadsAnOrderItDoesNotKeep extends AlmostRight {
        @Override
        CacheSession open(GenerationContext context) {
            Action forecast = new Action.Predict(new Taylor(1));
            return step -> plan(context, full(step.index()) ? COMPUTE : forecast);
        }
    }

    static final class SaysItCanComputeEverything extends AlmostRight {
        @Override
        protected CachePolicy computingEverything() {
            return policy();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED;
        }
    }

    /** Chooses the tokens of every row by what row 0 shows. */
    static class LooksAtOneRowForAll extends AlmostRight {
        @Override
        CacheSession open(GenerationContext context) {
            return new CacheSession() {
                private int loudest;

                @Override
                public StepPlan plan(StepContext step) {
                    boolean full = full(step.index());
                    List<Action> actions = new ArrayList<>();
                    for (Branch branch : context.branches()) {
                        boolean part = !full && branch.id().kind() == BranchKind.MLP;
                        actions.add(full ? COMPUTE : part ? refresh() : REUSE);
                    }
                    return new StepPlan(actions, full);
                }

                private Action refresh() {
                    int[][] tokens = new int[context.batch()][];
                    Arrays.fill(tokens, new int[] {loudest});
                    return new Action.ComputeTokens(tokens, new Merge.Replace(), new Taylor(0));
                }

                @Override
                public void observe(Observation observation) {
                    Tensor hidden = observation.hidden();
                    int width = hidden.dimension(2);
                    float most = 0;
                    for (int i = 0; i < hidden.dimension(1) * width; i++) {
                        if (hidden.data().get(i) > most) {
                            most = hidden.data().get(i);
                            loudest = i / width;
                        }
                    }
                }
            };
        }
    }

    static final class SaysThatItLooksAtOneRowForAll extends LooksAtOneRowForAll {
        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.DECIDES_BY_ROW;
        }
    }

    static final class SaysThatRowsDependOnEachOther extends AlmostRight {
        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.DECIDES_BY_ROW;
        }
    }

    @Test
    void nothingIsWrong() {
        assertThat(Kit.run(IsRight.class).failures()).isEmpty();
    }

    @Test
    void predictsBeforeComputing() {
        Kit.run(StartsWithoutHistory.class)
                .assertFault(
                        "keepsTheProtocol",
                        "Policy almost-right predicts block0.image.attention before it was ever"
                                + " computed, at step 0");
    }

    @Test
    void tooFewActions() {
        Kit.run(OverlooksABranch.class)
                .assertFault("keepsTheProtocol", "planned 3 actions for 4 branches");
    }

    @Test
    void stateInThePolicy() {
        Kit kit = Kit.run(CountsStepsInThePolicy.class);
        kit.assertFault("sessionsAreIsolated", "runs at the same time");
        kit.assertFault("requestsDoNotAffectEachOther", "must not depend on an earlier one");
        kit.assertFault("theSameSeedMakesTheSameDecisions", "must make the same decisions");
    }

    @Test
    void readsAnOrderItDoesNotKeep() {
        Kit.run(ReadsAnOrderItDoesNotKeep.class)
                .assertFault("keepsTheProtocol", "with order 1 but declares that it keeps order 0");
    }

    @Test
    void claimsToComputeEverything() {
        Kit kit =
                Kit.run(SaysItCanComputeEverything.class)
                        .assertFault("computingEverythingIsNoPolicy", "full steps only");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
    }

    @Test
    void rowsThatDependOnEachOther() {
        Kit.run(LooksAtOneRowForAll.class)
                .assertFault("rowsAreIndependent", "must not depend on the row before it");
        assertThat(Kit.run(SaysThatItLooksAtOneRowForAll.class).failures()).isEmpty();
    }

    @Test
    void rowsThatDoNotDependOnEachOther() {
        Kit kit =
                Kit.run(SaysThatRowsDependOnEachOther.class)
                        .assertFault("rowsAreIndependent", "DECIDES_BY_ROW");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
    }
}
