package org.clusca.api.cache;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
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
        requirements = policy.requirements();
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
        policy.requirements().gauges().forEach(gauge -> gauge.match(check));
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
                plan.actions().get(i).match(new ActionCheck(step, i));
            }
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
        forecast(step, forecast, kept, places.getOrDefault(place, History.EMPTY), place.toString());
    }

    private void observation(StepContext step, StepPlan plan) {
        if (!requirements.hidden() && requirements.signals().isEmpty()) {
            throw fault(step, "asks to observe, but declares nothing to see");
        }
        if (plan.kind() == StepKind.SKIPPED || plan.kind() == StepKind.OUTPUT) {
            throw fault(step, "asks to observe a step that computes nothing");
        }
        if (requirements.hidden() && !plan.forecasts().isEmpty()) {
            throw fault(step, "asks to observe the hidden state of a step that forecasts blocks");
        }
    }

    private void forecast(
            StepContext step, Forecast forecast, int kept, History history, String what) {
        if (history.isEmpty()) {
            throw fault(step, "predicts " + what + " before it was ever computed");
        }
        if (forecast.order() > kept) {
            throw fault(
                    step,
                    "predicts "
                            + what
                            + " with order "
                            + forecast.order()
                            + " but declares that it keeps order "
                            + kept);
        }
        forecast.match(
                        new Forecast.Cases<List<Predictor>>() {
                            @Override
                            public List<Predictor> whole(Predictor predictor) {
                                return List.of(predictor);
                            }

                            @Override
                            public List<Predictor> banded(Forecast.Banded banded) {
                                return List.of(banded.low(), banded.high());
                            }

                            @Override
                            public List<Predictor> perChannel(Forecast.PerChannel channels) {
                                return channels.solvers();
                            }
                        })
                .forEach(predictor -> factors(step, predictor, history));
    }

    private void factors(StepContext step, Predictor predictor, History history) {
        double[] factors = predictor.coefficients(step, history);
        if (factors.length != predictor.order() + 1) {
            throw fault(
                    step,
                    "has a predictor of order "
                            + predictor.order()
                            + " with "
                            + factors.length
                            + " coefficients");
        }
        if (!Arrays.stream(factors).allMatch(Double::isFinite) || factors[0] == 0) {
            throw fault(
                    step,
                    "predicts with coefficients "
                            + Arrays.toString(factors)
                            + "; they must be finite and the first one not 0");
        }
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
        private final int index;
        private final Branch branch;

        ActionCheck(StepContext step, int index) {
            this.step = step;
            this.index = index;
            branch = context.branches().get(index);
        }

        @Override
        public @Nullable Void compute(Action.Compute action) {
            return null;
        }

        @Override
        public @Nullable Void computeTokens(Action.ComputeTokens action) {
            predicted(action.forecast());
            if (!requirements.refreshes(branch.id().kind())) {
                throw fault(
                        step,
                        "computes some tokens of "
                                + branch.id()
                                + " but declares that it never does so");
            }
            tokens(action.tokens());
            action.merge().match(new MergeCheck(step, branch));
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
            forecast(step, forecast, requirements.order(), branches[index], branch.id().toString());
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

    /** How tokens enter the cache. */
    @SuppressWarnings("NullAway") // the one value of Void is null
    private final class MergeCheck implements Merge.Cases<@Nullable Void> {
        private final StepContext step;
        private final Branch branch;

        MergeCheck(StepContext step, Branch branch) {
            this.step = step;
            this.branch = branch;
        }

        @Override
        public @Nullable Void replace(Merge.Replace merge) {
            return null;
        }

        @Override
        public @Nullable Void propagate(Merge.Propagate merge) {
            if (!(merge.ratio() >= 0 && merge.ratio() <= 1)) {
                throw fault(
                        step,
                        "propagates "
                                + branch.id()
                                + " by the ratio "
                                + merge.ratio()
                                + ", not 0 to 1");
            }
            if (merge.labels().length != context.batch()
                    || !Arrays.stream(merge.labels()).allMatch(this::fits)) {
                throw fault(
                        step,
                        "propagates by labels that are not one cluster for each of "
                                + branch.tokens()
                                + " tokens of "
                                + context.batch()
                                + " rows of "
                                + branch.id());
            }
            return null;
        }

        private boolean fits(int[] row) {
            return row.length == branch.tokens() && Arrays.stream(row).allMatch(l -> l >= 0);
        }
    }
}
