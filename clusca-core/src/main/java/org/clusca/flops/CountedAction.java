package org.clusca.flops;

import java.util.function.ToLongFunction;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Cost;

/**
 * Operations of what one branch does in one batch row.
 *
 * @param whole counts what runs on all tokens
 * @param part counts what runs on some
 */
record CountedAction(Branch branch, ToLongFunction<Cost> whole, Part part)
        implements Action.Cases<Long> {
    /** Counts a branch that runs on some tokens. */
    @FunctionalInterface
    interface Part {
        /**
         * @param replaces whether the tokens replace the cached ones, instead of moving others
         */
        long of(Branch branch, Cost cost, boolean replaces);
    }

    private static final Merge.Cases<Boolean> REPLACES =
            new Merge.Cases<>() {
                @Override
                public Boolean replace(Merge.Replace merge) {
                    return true;
                }

                @Override
                public Boolean propagate(Merge.Propagate merge) {
                    return false;
                }

                @Override
                public Boolean correct(Merge.Correct merge) {
                    return false;
                }
            };

    @Override
    public Long compute(Action.Compute action) {
        return whole.applyAsLong(branch.cost());
    }

    @Override
    public Long computeTokens(Action.ComputeTokens action) {
        // rows with fewer tokens are padded to the widest, and the padding is computed
        int widest = 0;
        for (int[] row : action.tokens()) {
            widest = Math.max(widest, row.length);
        }
        return part.of(branch, branch.cost(widest), action.merge().match(REPLACES));
    }

    @Override
    public Long predict(Action.Predict action) {
        return 0L;
    }

    @Override
    public Long verify(Action.Verify action) {
        return whole.applyAsLong(branch.cost());
    }
}
