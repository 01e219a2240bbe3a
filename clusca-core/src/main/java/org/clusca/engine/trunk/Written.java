package org.clusca.engine.trunk;

import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;

/** What an action writes into the cached feature of its branch. */
enum Written {
    /** All orders. */
    ALL,
    /** Order 0, some of its tokens new. */
    MERGED,
    NOTHING;

    private static final Action.Cases<Written> BY_ACTION =
            new Action.Cases<>() {
                @Override
                public Written compute(Action.Compute action) {
                    return ALL;
                }

                @Override
                public Written computeTokens(Action.ComputeTokens action) {
                    return MERGED;
                }

                @Override
                public Written predict(Action.Predict action) {
                    return NOTHING;
                }

                @Override
                public Written verify(Action.Verify action) {
                    return NOTHING;
                }
            };

    /** By a branch of a plan; of one in a place that is forecast, only what is computed whole. */
    static Written by(StepPlan plan, Branch branch, int index) {
        Written written = plan.actions().get(index).match(BY_ACTION);
        return written == MERGED && plan.forecasts(branch.id()) ? NOTHING : written;
    }
}
