package org.clusca.testkit;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;

/** Checks what a policy plans against what it declared and what the cache can hold by then. */
final class PlanCheck {
    private final String tag;
    private final Requirements requirements;
    private final GenerationContext context;

    /** The step at which each branch was last computed on all tokens; -1 before that. */
    private final int[] computedAt;

    PlanCheck(String tag, Requirements requirements, GenerationContext context) {
        this.tag = tag;
        this.requirements = requirements;
        this.context = context;
        computedAt = new int[context.branches().size()];
        Arrays.fill(computedAt, -1);
    }

    /** Plans must be checked once each, in order. */
    void check(StepPlan plan, int step) {
        List<Branch> branches = context.branches();
        if (plan.skip()) {
            skipping(plan, step);
        }
        if (plan.skip() && plan.actions().isEmpty()) {
            return;
        }
        if (plan.actions().size() != branches.size()) {
            throw fault(
                    "planned "
                            + plan.actions().size()
                            + " actions for "
                            + branches.size()
                            + " branches",
                    step);
        }
        for (int i = 0; i < branches.size(); i++) {
            Action action = plan.actions().get(i);
            if (action instanceof Action.Compute) {
                computedAt[i] = step;
            } else if (plan.skip()) {
                continue;
            } else {
                history(i, step);
            }
            if (action instanceof Action.Predict predict) {
                predictor(predict.predictor(), i, step);
            } else if (action instanceof Action.ComputeTokens part) {
                predictor(part.predictor(), i, step);
                tokens(part, i, step);
            }
        }
    }

    private void skipping(StepPlan plan, int step) {
        if (!requirements.skips()) {
            throw fault("skips the trunk but declares that it never does so", step);
        }
        if (step == 0) {
            throw fault("skips the trunk before it ever ran", step);
        }
        if (plan.observe() && requirements.hidden()) {
            throw fault("asks to observe the hidden state of a step that skips the trunk", step);
        }
        if (plan.kind() == StepKind.SKIPPED && plan.observe()) {
            throw fault("asks to observe a step that computes nothing", step);
        }
    }

    private void history(int branch, int step) {
        if (requirements.order() < 0) {
            throw fault("predicts " + name(branch) + " but declares that it keeps nothing", step);
        }
        if (computedAt[branch] < 0) {
            throw fault("predicts " + name(branch) + " before it was ever computed", step);
        }
    }

    private void predictor(Predictor predictor, int branch, int step) {
        if (predictor.order() > requirements.order()) {
            throw fault(
                    "predicts "
                            + name(branch)
                            + " with order "
                            + predictor.order()
                            + " but declares that it keeps order "
                            + requirements.order(),
                    step);
        }
        double[] factors = predictor.coefficients(step - computedAt[branch]);
        if (factors.length != predictor.order() + 1) {
            throw fault(
                    "has a predictor of order "
                            + predictor.order()
                            + " with "
                            + factors.length
                            + " coefficients",
                    step);
        }
        if (!Arrays.stream(factors).allMatch(Double::isFinite) || factors[0] == 0) {
            throw fault(
                    "predicts with coefficients "
                            + Arrays.toString(factors)
                            + "; they must be finite and the first one not 0",
                    step);
        }
    }

    private void tokens(Action.ComputeTokens part, int branch, int step) {
        Branch spec = context.branches().get(branch);
        if (spec.id().kind() == BranchKind.ATTENTION) {
            throw fault(
                    "computes some tokens of " + name(branch) + ", a branch that mixes tokens",
                    step);
        }
        if (!requirements.refreshes(spec.id().kind())) {
            throw fault(
                    "computes some tokens of "
                            + name(branch)
                            + " but declares that it never does so",
                    step);
        }
        if (part.tokens().length != context.batch()) {
            throw fault(
                    "chooses tokens of "
                            + part.tokens().length
                            + " rows, the batch has "
                            + context.batch(),
                    step);
        }
        for (int[] row : part.tokens()) {
            for (int token : row) {
                if (token < 0 || token >= spec.tokens()) {
                    throw fault(
                            "chooses token "
                                    + token
                                    + " of "
                                    + name(branch)
                                    + ", which has tokens 0 to "
                                    + (spec.tokens() - 1),
                            step);
                }
            }
        }
        if (part.merge() instanceof Merge.Propagate merge) {
            propagation(merge, spec, step);
        }
    }

    private void propagation(Merge.Propagate merge, Branch spec, int step) {
        if (!(merge.ratio() >= 0 && merge.ratio() <= 1)) {
            throw fault("propagates by the ratio " + merge.ratio() + ", not 0 to 1", step);
        }
        boolean fits =
                merge.labels().length == context.batch()
                        && Arrays.stream(merge.labels())
                                .allMatch(
                                        row ->
                                                row.length == spec.tokens()
                                                        && Arrays.stream(row)
                                                                .allMatch(label -> label >= 0));
        if (!fits) {
            throw fault(
                    "propagates by labels that are not one cluster for each of "
                            + spec.tokens()
                            + " tokens of "
                            + context.batch()
                            + " rows",
                    step);
        }
    }

    private String name(int branch) {
        return context.branches().get(branch).id().toString();
    }

    private AssertionError fault(String what, int step) {
        return new AssertionError("Policy " + tag + " " + what + ", at step " + step + ".");
    }
}
