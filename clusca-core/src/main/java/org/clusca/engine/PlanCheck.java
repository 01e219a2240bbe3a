package org.clusca.engine;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;

/** A policy that breaks its own declaration is told so before the graph is run. */
record PlanCheck(Requirements requirements, List<Branch> branches, int batch, int step) {
    void check(StepPlan plan, FeatureCache cache) {
        if (plan.skip()) {
            skipping(cache);
        }
        if (plan.skip() && plan.actions().isEmpty()) {
            return;
        }
        if (plan.actions().size() != branches.size()) {
            throw broken(
                    "planned "
                            + plan.actions().size()
                            + " actions for "
                            + branches.size()
                            + " branches");
        }
        for (int i = 0; i < branches.size(); i++) {
            Action action = plan.actions().get(i);
            if (action instanceof Action.Compute || plan.skip()) {
                continue;
            }
            String where = " for " + branches.get(i).id();
            if (requirements.order() < 0) {
                throw broken("keeps nothing but planned " + action + where);
            }
            if (!cache.slot(i).holds()) {
                throw broken("planned to predict before anything was computed" + where);
            }
            if (action instanceof Action.ComputeTokens part) {
                if (!requirements.refreshes(branches.get(i).id().kind())) {
                    throw broken(
                            "planned to compute some tokens, which it did not declare or which mixes tokens,"
                                    + where);
                }
                tokens(part, branches.get(i));
            }
        }
    }

    private void skipping(FeatureCache cache) {
        if (!requirements.skips()) {
            throw broken("skips the trunk without having declared it");
        }
        if (!cache.last().holds()) {
            throw broken("skips the trunk before it ever ran");
        }
    }

    private void tokens(Action.ComputeTokens part, Branch branch) {
        String where = " for " + branch.id();
        if (part.tokens().length != batch) {
            throw broken(
                    "chose tokens for " + part.tokens().length + " of " + batch + " rows" + where);
        }
        for (int[] row : part.tokens()) {
            for (int token : row) {
                if (token < 0 || token >= branch.tokens()) {
                    throw broken("chose token " + token + " of " + branch.tokens() + where);
                }
            }
        }
        if (part.merge() instanceof Merge.Propagate merge) {
            int[][] labels = merge.labels();
            if (labels.length != batch
                    || Arrays.stream(labels).anyMatch(row -> row.length != branch.tokens())
                    || Arrays.stream(labels).flatMapToInt(Arrays::stream).anyMatch(l -> l < 0)) {
                throw broken(
                        "propagates by labels that are not one cluster for each of "
                                + branch.tokens()
                                + " tokens of "
                                + batch
                                + " rows"
                                + where);
            }
        }
    }

    private CluscaException broken(String what) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE,
                "The cache policy "
                        + what
                        + " at step "
                        + step
                        + "; this is a fault of the policy.");
    }
}
