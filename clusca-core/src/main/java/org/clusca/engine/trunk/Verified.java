package org.clusca.engine.trunk;

import java.util.List;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;

/** Whether a plan computes what a gauge measures. */
final class Verified {
    private Verified() {}

    /**
     * All branches that the gauge measures, only to be measured, and all that it watches; none lies
     * in a place that is forecast.
     */
    static boolean by(StepPlan plan, List<Branch> branches, Gauge gauge) {
        for (int i = 0; i < branches.size(); i++) {
            BranchId id = branches.get(i).id();
            if (gauge.measures(id) && !verifies(plan, id, i)
                    || gauge.watches(id) && !computes(plan, id, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean computes(StepPlan plan, BranchId branch, int index) {
        return !plan.actions().isEmpty()
                && !plan.forecasts(branch)
                && plan.actions().get(index).full().isPresent();
    }

    private static boolean verifies(StepPlan plan, BranchId branch, int index) {
        return !plan.actions().isEmpty()
                && !plan.forecasts(branch)
                && plan.actions().get(index).verifies();
    }
}
