package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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

/**
 * Computes everything once, then tokens of every branch by themselves, through attention too: all
 * of them, or those it is told.
 */
final class RefreshingPolicy implements CachePolicy {
    @Override
    public String tag() {
        return "refreshing";
    }

    @Override
    public Requirements requirements() {
        return Requirements.builder().order(0).tokens(BranchKind.values()).build();
    }

    @Override
    public CacheSession open(GenerationContext context) {
        return step ->
                plan(
                        context.branches(),
                        step.index(),
                        context.branches().stream()
                                .map(branch -> every(branch, context.batch()))
                                .toList());
    }

    private static int[][] every(Branch branch, int batch) {
        int[][] tokens = new int[batch][];
        for (int row = 0; row < batch; row++) {
            tokens[row] = IntStream.range(0, branch.tokens()).toArray();
        }
        return tokens;
    }

    /**
     * @param tokens of each branch and batch row, from the second step on
     */
    static StepPlan plan(List<Branch> branches, int step, List<int[][]> tokens) {
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            actions.add(
                    step == 0
                            ? new Action.Compute(false)
                            : new Action.ComputeTokens(
                                    tokens.get(i), new Merge.Replace(), new Taylor(0)));
        }
        return new StepPlan(actions, false);
    }
}
