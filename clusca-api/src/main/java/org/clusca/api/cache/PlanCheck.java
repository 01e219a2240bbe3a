package org.clusca.api.cache;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Branch;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a policy plans against what it declared and what the cache can hold by then. One for
 * each generation; steps are checked in order, {@link #committed} says that one was carried out.
 */
public final class PlanCheck {
    private final String policy;
    private final Requirements requirements;
    private final GenerationContext context;
    private final History[] branches;
    private final Map<Place, History> places = new HashMap<>();

    /**
     * @throws CluscaException INCOMPATIBLE when a gauge measures what the network does not have
     */
    public PlanCheck(CachePolicy policy, GenerationContext context) {
        this.policy = policy.tag();
        requirements = policy.requirements(context.branches());
        this.context = context;
        branches = new History[context.branches().size()];
        Arrays.fill(branches, History.EMPTY);
        requirements.places().keySet().forEach(place -> places.put(place, History.EMPTY));
        gauges(policy, context);
    }

    /**
     * What can be said before there is a plan.
     *
     * @throws CluscaException INCOMPATIBLE when a gauge measures what the network does not have
     */
    public static void gauges(CachePolicy policy, GenerationContext context) {
        GaugeCheck check = new GaugeCheck(policy, context);
        policy.requirements(context.branches()).gauges().forEach(gauge -> gauge.match(check));
    }

    /**
     * @throws CluscaException INCOMPATIBLE saying what the plan does that the policy did not
     *     declare, or that cannot be done
     */
    public void check(StepContext step, StepPlan plan) {
        plan.forecasts().forEach((place, forecast) -> place(step, plan, place, forecast));
        if (plan.observe()) {
            observation(step, plan);
        }
        boolean skips = plan.skipsTrunk() || plan.skipsNetwork();
        refreshed(step, plan);
        if (skips && plan.actions().isEmpty()) {
            return;
        }
        int count = context.branches().size();
        if (plan.actions().size() != count) {
            throw fault(
                    step,
                    "planned " + plan.actions().size() + " actions for " + count + " branches");
        }
        for (int i = 0; i < count; i++) {
            leading(step, plan.actions().get(i), context.branches().get(i));
            if (!skips && !plan.forecasts(context.branches().get(i).id())) {
                plan.actions().get(i).match(new ActionCheck(step, plan, i));
            }
        }
    }

    private void refreshed(StepContext step, StepPlan plan) {
        int[][] refreshed = plan.refreshed();
        if (refreshed == null) {
            return;
        }
        if (!requirements.refreshesTrunk()) {
            throw fault(step, "refreshes tokens of the trunk without having declared it");
        }
        if (plan.skipsTrunk() || plan.skipsNetwork() || step.index() == 0) {
            throw fault(
                    step,
                    "refreshes tokens of the trunk where that is forecast or has no step before");
        }
        if (refreshed.length != context.batch()
                || Arrays.stream(refreshed).anyMatch(row -> row.length == 0)) {
            throw fault(
                    step,
                    "refreshes tokens of the trunk of "
                            + refreshed.length
                            + " rows; expected at least one token for each of "
                            + context.batch());
        }
    }

    private void leading(StepContext step, Action action, Branch branch) {
        int leading = requirements.leadingBlocks();
        if (branch.id().block() < leading && action.full().isEmpty()) {
            throw fault(
                    step,
                    "does not compute "
                            + branch.id()
                            + ", though it reads a gauge behind the first "
                            + leading
                            + " blocks, which are computed at every step");
        }
    }

    /** A step that was checked has been carried out. */
    public void committed(StepContext step, StepPlan plan) {
        for (int i = 0; i < plan.actions().size(); i++) {
            int branch = i;
            plan.actions()
                    .get(i)
                    .full()
                    .ifPresent(
                            full ->
                                    branches[branch] =
                                            branches[branch].with(
                                                    step,
                                                    full.restart(),
                                                    requirements.order() + 1));
        }
        places.replaceAll(
                (place, history) ->
                        plan.computes(place)
                                ? history.with(
                                        step,
                                        plan.restarts(),
                                        requirements.places().getOrDefault(place, 0) + 1)
                                : history);
    }

    private void place(StepContext step, StepPlan plan, Place place, Forecast forecast) {
        Integer kept = requirements.places().get(place);
        if (kept == null) {
            throw fault(step, "forecasts " + place + " without having declared it");
        }
        for (Place other : plan.forecasts().keySet()) {
            if (!other.equals(place) && other.covers(place) && place.covers(other)) {
                throw fault(
                        step,
                        "forecasts "
                                + place
                                + " together with "
                                + other
                                + ", which overlap; it can forecast places within others, and apart");
            }
        }
        // outside of the network nothing is written that would have to be declared
        boolean byChannel = requirements.perChannel() || place.skipsNetwork();
        History history = places.getOrDefault(place, History.EMPTY);
        new ForecastCheck(step, place, kept, history, byChannel)
                .fault(forecast)
                .ifPresent(what -> fail(step, what));
    }

    private void observation(StepContext step, StepPlan plan) {
        if (!requirements.hidden()
                && requirements.signals().isEmpty()
                && requirements.observed().isEmpty()) {
            throw fault(step, "asks to observe, but declares nothing to see");
        }
        if (plan.kind() == StepKind.SKIPPED || plan.kind() == StepKind.OUTPUT) {
            throw fault(step, "asks to observe a step that computes nothing");
        }
        if (requirements.hidden() && !plan.forecasts().isEmpty()) {
            throw fault(step, "asks to observe the hidden state of a step that forecasts blocks");
        }
    }

    private void fail(StepContext step, String what) {
        throw fault(step, what);
    }

    private CluscaException fault(StepContext step, String what) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE,
                "Policy "
                        + policy
                        + " "
                        + what
                        + ", at step "
                        + step.index()
                        + "; this is a fault of the policy.");
    }

    /** What one branch is to do. */
    @SuppressWarnings("NullAway") // the one value of Void is null
    private final class ActionCheck implements Action.Cases<@Nullable Void> {
        private final StepContext step;
        private final StepPlan plan;
        private final int index;
        private final Branch branch;

        ActionCheck(StepContext step, StepPlan plan, int index) {
            this.step = step;
            this.plan = plan;
            this.index = index;
            branch = context.branches().get(index);
        }

        @Override
        public @Nullable Void compute(Action.Compute action) {
            return null;
        }

        @Override
        public @Nullable Void computeTokens(Action.ComputeTokens action) {
            // where the trunk takes these tokens alone, the others need no forecast
            if (requirements.order() >= 0 || plan.refreshed() == null) {
                predicted(action.forecast());
            }
            if (!requirements.refreshes(branch.id().kind())) {
                throw fault(
                        step,
                        "computes some tokens of "
                                + branch.id()
                                + " but declares that it never does so");
            }
            tokens(action.tokens());
            action.merge()
                    .match(new MergeCheck(branch, context.batch(), requirements.corrects()))
                    .ifPresent(what -> fail(step, what));
            return null;
        }

        @Override
        public @Nullable Void predict(Action.Predict action) {
            predicted(action.forecast());
            return null;
        }

        @Override
        public @Nullable Void verify(Action.Verify action) {
            predicted(action.forecast());
            if (!requirements.verifies(branch.id())) {
                throw fault(
                        step, "verifies " + branch.id() + " but declares no gauge of its forecast");
            }
            return null;
        }

        private void predicted(Forecast forecast) {
            if (requirements.order() < 0) {
                throw fault(
                        step, "predicts " + branch.id() + " but declares that it keeps nothing");
            }
            int kept = requirements.order();
            History history = branches[index];
            new ForecastCheck(step, branch.id(), kept, history, requirements.perChannel())
                    .fault(forecast)
                    .ifPresent(what -> fail(step, what));
        }

        private void tokens(int[][] tokens) {
            if (tokens.length != context.batch()) {
                throw fault(
                        step,
                        "chooses tokens of "
                                + tokens.length
                                + " rows for "
                                + branch.id()
                                + ", the batch has "
                                + context.batch());
            }
            for (int[] row : tokens) {
                for (int token : row) {
                    if (token < 0 || token >= branch.tokens()) {
                        throw fault(
                                step,
                                "chooses token "
                                        + token
                                        + " of "
                                        + branch.id()
                                        + ", which has tokens 0 to "
                                        + (branch.tokens() - 1));
                    }
                }
            }
        }
    }
}
