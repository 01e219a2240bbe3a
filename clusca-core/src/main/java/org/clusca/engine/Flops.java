package org.clusca.engine;

import java.util.List;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;

/** Floating-point operations of what was executed: 2 per multiply-add, matrix products only. */
final class Flops {
    private Flops() {}

    static long of(StepPlan plan, List<Branch> branches, int batch) {
        long flops = 0;
        for (int i = 0; i < branches.size(); i++) {
            Branch branch = branches.get(i);
            Action action = plan.actions().get(i);
            if (action instanceof Action.Compute) {
                flops += batch * branch.flops();
            } else if (action instanceof Action.ComputeTokens part) {
                int widest = 0;
                for (int[] row : part.tokens()) {
                    widest = Math.max(widest, row.length);
                }
                // rows with fewer tokens are padded to the widest, and the padding is computed
                flops += batch * branch.flops(widest);
            }
        }
        return flops;
    }
}
