package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.policy.Taylor;

/** The forms of graph that policies ask for. */
enum GraphForms {
    REUSE(new Requirements(0, false, false)),
    FORECAST(new Requirements(2, false, false)),
    TOKENS(new Requirements(0, true, true)),
    TOKENS_AND_FORECAST(new Requirements(2, true, true)),
    SIGNALS(
            new Requirements(
                    0,
                    true,
                    false,
                    Set.of(Signal.ATTENTION_RECEIVED, Signal.KEY_NORM, Signal.VALUE_NORM))),
    SKIPS(new Requirements(0, false, false, Set.of(), true));

    private final Requirements requirements;

    GraphForms(Requirements requirements) {
        this.requirements = requirements;
    }

    /** Computes everything at every step. */
    CachePolicy computing() {
        return AssertingCachePolicy.of(new Alternating(requirements, 1));
    }

    /** Computes every other step; in between the least that the form allows. */
    CachePolicy reusing() {
        return AssertingCachePolicy.of(new Alternating(requirements, 2));
    }

    private record Alternating(Requirements requirements, int interval) implements CachePolicy {
        @Override
        public String tag() {
            return "alternating:interval=" + interval;
        }

        @Override
        public CacheSession open(GenerationContext context) {
            return step -> {
                boolean full = step.index() % interval == 0;
                List<Action> actions = new ArrayList<>();
                for (Branch branch : context.branches()) {
                    actions.add(full ? new Action.Compute(false) : cached(branch, context.batch()));
                }
                boolean sees = requirements.hidden() || !requirements.signals().isEmpty();
                return new StepPlan(actions, full && sees, !full && requirements.skips());
            };
        }

        private Action cached(Branch branch, int batch) {
            Taylor forecast = new Taylor(requirements.order());
            if (!requirements.tokens() || branch.id().kind() != BranchKind.MLP) {
                return new Action.Predict(forecast);
            }
            // the first and the last token of one row, none of the others
            int[][] tokens = new int[batch][0];
            tokens[0] = new int[] {0, branch.tokens() - 1};
            return new Action.ComputeTokens(tokens, new Merge.Replace(), forecast);
        }
    }
}
