package org.clusca.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
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
                    .forecasts(new Place.Trunk(true), 0));

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
                .anyMatch(place -> !place.equals(new Place.Trunk(false)));
    }

    /** Computes everything at every step. */
    CachePolicy computing() {
        return AssertingCachePolicy.of(new Alternating(requirements, 1));
    }

    /** Computes every other step; in between the least that the form allows. */
    CachePolicy reusing() {
        return AssertingCachePolicy.of(new Alternating(requirements, 2));
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
                    actions.add(
                            full
                                    ? new Action.Compute(false)
                                    : cached(branch, context.batch(), forecasts.keySet()));
                }
                boolean sees = requirements.hidden() || !requirements.signals().isEmpty();
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
