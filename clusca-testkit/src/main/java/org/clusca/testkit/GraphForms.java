package org.clusca.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.schedule.OutputForm;
import org.clusca.policy.Taylor;

/** The forms of graph that policies ask for. */
enum GraphForms {
    REUSE(Requirements.builder().order(0)),
    FORECAST(Requirements.builder().order(2)),
    TOKENS(tokens(0).hidden()),
    TOKENS_AND_FORECAST(tokens(2).hidden()),
    ATTENTION(attention()),
    ATTENTION_AND_SIGNALS(attention().signals(List.of(Signal.values()))),
    SIGNALS(tokens(0).signals(List.of(Signal.values()))),
    SKIPS(Requirements.builder().order(0).forecasts(new Place.Trunk(false), 0)),
    RESIDUAL(Requirements.builder().forecasts(new Place.Trunk(true), 2)),
    BLOCK(Requirements.builder().forecasts(new Place.Blocks(0, 1), 1)),
    BLOCK_AND_TRUNK(
            Requirements.builder()
                    .order(1)
                    .forecasts(new Place.Blocks(0, 1), 1)
                    .forecasts(new Place.Trunk(true), 0)),
    MEASURES_INPUT(everyNorm(Requirements.builder().order(1), Gauge.InputChange::new)),
    MEASURES_RESIDUAL(
            everyNorm(
                    Requirements.builder().order(1).forecasts(new Place.Trunk(false), 1),
                    norm -> new Gauge.ResidualChange(1, norm))),
    VERIFIES_BRANCH(
            everyNorm(
                    Requirements.builder().order(0),
                    norm -> new Gauge.ForecastError(GaugeChecks.BRANCH, norm))),
    VERIFIES_BLOCK(
            everyNorm(Requirements.builder().order(0), norm -> new Gauge.BlockError(0, norm))),
    WATCHES_BLOCK(
            everyNorm(Requirements.builder().order(0), norm -> new Gauge.BlockChange(0, norm))),
    OBSERVES(
            Requirements.builder()
                    .forecasts(new Place.Trunk(true), 1)
                    .observes(new Place.Trunk(true))),
    REFRESHES_TRUNK(
            Requirements.builder()
                    .tokens(BranchKind.values())
                    .refreshesTrunk()
                    .forecasts(new Place.Trunk(true), 0)
                    .observes(new Place.Trunk(true))),
    VERIFIES_TOKENS(tokens(1).gauge(new Gauge.BlockError(0, Norm.RELATIVE_L1))),
    OUTPUT(Requirements.builder().forecasts(new Place.Output(OutputForm.VELOCITY), 1));

    private static final Set<Place> WITHOUT_RANGES =
            Set.of(new Place.Trunk(false), new Place.Output(OutputForm.VELOCITY));

    private final Requirements requirements;

    GraphForms(Requirements.Builder needs) {
        requirements = needs.build();
    }

    private static Requirements.Builder tokens(int order) {
        return Requirements.builder()
                .order(order)
                .tokens(BranchKind.CROSS_ATTENTION, BranchKind.MLP, BranchKind.PARALLEL);
    }

    /** Tokens go through attention too. */
    private static Requirements.Builder attention() {
        return Requirements.builder().order(1).tokens(BranchKind.values());
    }

    /** Whether it forecasts what blocks add to the streams. */
    boolean ranges() {
        return requirements.places().keySet().stream()
                .anyMatch(place -> !WITHOUT_RANGES.contains(place));
    }

    /** Whether it computes some tokens of attention or watches it. */
    boolean attends() {
        return requirements.refreshes(BranchKind.ATTENTION)
                || requirements.signals().stream()
                        .anyMatch(signal -> signal.shownBy(BranchKind.ATTENTION));
    }

    private static Requirements.Builder everyNorm(
            Requirements.Builder needs, Function<Norm, Gauge> gauge) {
        for (Norm norm : Norm.values()) {
            needs.gauge(gauge.apply(norm));
        }
        return needs;
    }

    /** Computes everything at every step. */
    CachePolicy computing() {
        return AssertingCachePolicy.of(new Alternating(requirements, 1));
    }

    /** Computes every other step; in between the least that the form allows. */
    CachePolicy reusing() {
        return AssertingCachePolicy.of(new Alternating(requirements, 2));
    }

    /**
     * Computes two steps of three and lets the form do the least it allows at the third.
     *
     * @param drafts whether it first does the least at the second step too, and has it redone
     */
    CachePolicy redoing(boolean drafts) {
        Requirements judging =
                requirements.toBuilder().gauge(new Gauge.InputChange(Norm.RELATIVE_L1)).build();
        return AssertingCachePolicy.of(new Redoing(judging, drafts));
    }

    /** As {@link #reusing}, and notes every step with what its gauges showed in the end. */
    CachePolicy noting(List<StepContext> steps) {
        CachePolicy reusing = reusing();
        return new CachePolicy() {
            @Override
            public String tag() {
                return reusing.tag();
            }

            @Override
            public Requirements requirements() {
                return reusing.requirements();
            }

            @Override
            public CacheSession open(GenerationContext context) {
                CacheSession session = reusing.open(context);
                return new CacheSession() {
                    @Override
                    public StepPlan plan(StepContext step) {
                        return session.plan(step);
                    }

                    @Override
                    public Optional<StepPlan> redo(
                            StepContext step, StepPlan plan, Readings readings) {
                        steps.add(
                                new StepContext(
                                        step.index(), step.steps(), step.timestep(), readings));
                        return session.redo(step, plan, readings);
                    }
                };
            }
        };
    }

    private record Redoing(Requirements requirements, boolean drafts) implements CachePolicy {
        @Override
        public String tag() {
            return "redoing:drafts=" + drafts;
        }

        @Override
        public CacheSession open(GenerationContext context) {
            CacheSession full = new Alternating(requirements, 1).open(context);
            CacheSession cached = new Alternating(requirements, Integer.MAX_VALUE).open(context);
            return new CacheSession() {
                @Override
                public StepPlan plan(StepContext step) {
                    boolean drafted = step.index() % 3 == 1 && drafts;
                    return drafted || step.index() % 3 == 2 ? cached.plan(step) : full.plan(step);
                }

                @Override
                public Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings readings) {
                    return step.index() % 3 == 1 && drafts
                            ? Optional.of(full.plan(step))
                            : Optional.empty();
                }
            };
        }
    }

    private record Alternating(Requirements requirements, int interval) implements CachePolicy {
        @Override
        public String tag() {
            return "alternating:interval=" + interval;
        }

        @Override
        public CacheSession open(GenerationContext context) {
            return step -> {
                boolean full = step.index() % interval == 0;
                Map<Place, Forecast> forecasts = full ? Map.of() : forecasts();
                List<Action> actions = new ArrayList<>();
                for (Branch branch : context.branches()) {
                    boolean computed = full || branch.id().block() < requirements.leadingBlocks();
                    actions.add(
                            computed
                                    ? new Action.Compute(false)
                                    : cached(branch, context.batch(), forecasts.keySet()));
                }
                boolean sees =
                        requirements.hidden()
                                || !requirements.signals().isEmpty()
                                || !requirements.observed().isEmpty();
                return new StepPlan(actions, full && sees, forecasts);
            };
        }

        private Map<Place, Forecast> forecasts() {
            Map<Place, Forecast> forecasts = new HashMap<>();
            requirements
                    .places()
                    .forEach((place, order) -> forecasts.put(place, new Taylor(order)));
            return forecasts;
        }

        private Action cached(Branch branch, int batch, Set<Place> forecast) {
            if (requirements.order() < 0
                    && forecast.stream().noneMatch(place -> place.holds(branch.id()))) {
                return new Action.Compute(false);
            }
            Taylor predictor = new Taylor(Math.max(0, requirements.order()));
            if (requirements.verifies(branch.id())) {
                return new Action.Verify(predictor);
            }
            if (!requirements.refreshes(branch.id().kind())) {
                return new Action.Predict(predictor);
            }
            // the first and the last token of one row, none of the others
            int[][] tokens = new int[batch][0];
            tokens[0] = new int[] {0, branch.tokens() - 1};
            return new Action.ComputeTokens(tokens, new Merge.Replace(), predictor);
        }
    }
}
