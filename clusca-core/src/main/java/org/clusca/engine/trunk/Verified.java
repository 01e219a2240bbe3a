package org.clusca.engine.trunk;

import java.util.List;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;

/** Whether a plan computes what a gauge measures, only to be measured. */
final class Verified {
    private Verified() {}

    /** All branches that the gauge measures; none lies in a place that is forecast. */
    static boolean by(StepPlan plan, List<Branch> branches, Gauge gauge) {
        for (int i = 0; i < branches.size(); i++) {
            if (gauge.measures(branches.get(i).id()) && !verifies(plan, branches.get(i), i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean verifies(StepPlan plan, Branch branch, int index) {
        return !plan.actions().isEmpty()
                && !plan.forecasts(branch.id())
                && plan.actions().get(index).verifies();
    }
}
