package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.policy.Taylor;

/** Computes everything, but of branches that work token by token the tokens in reverse order. */
final class TokensApart implements CachePolicy {
    private TokensApart() {}

    static CachePolicy policy() {
        return AssertingCachePolicy.of(new TokensApart());
    }

    @Override
    public String tag() {
        return "tokens-apart";
    }

    @Override
    public Requirements requirements() {
        return new Requirements(0, true, false);
    }

    @Override
    public CacheSession open(GenerationContext context) {
        return step -> {
            List<Action> actions = new ArrayList<>();
            for (Branch branch : context.branches()) {
                boolean whole = step.index() == 0 || branch.id().kind() != BranchKind.MLP;
                actions.add(whole ? new Action.Compute(true) : reversed(branch, context.batch()));
            }
            return new StepPlan(actions, false);
        };
    }

    private static Action reversed(Branch branch, int batch) {
        int[][] tokens = new int[batch][branch.tokens()];
        for (int[] row : tokens) {
            for (int i = 0; i < row.length; i++) {
                row[i] = row.length - 1 - i;
            }
        }
        return new Action.ComputeTokens(tokens, new Merge.Replace(), new Taylor(0));
    }
}
