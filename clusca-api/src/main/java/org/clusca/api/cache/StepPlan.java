package org.clusca.api.cache;

import java.util.List;
import java.util.Map;
import org.clusca.api.Experimental;
import org.clusca.api.model.BranchId;
import org.jspecify.annotations.Nullable;

/**
 * What happens at one step.
 *
 * @param actions one per branch, in the order of {@link GenerationContext#branches()}. Where the
 *     trunk or the output is forecast there need be none. Of branches in a place that is forecast,
 *     what they compute enters the cache and the rest is of no account
 * @param observe whether {@link CacheSession#observe} is to be called with what this step shows
 * @param forecasts places that are forecast at this step
 * @param refreshed {@code [batch][n]} the only tokens of the image stream that this step renews in
 *     what the last layer reads; the others stay there as the step before left them, computed or
 *     forecast. Null where all do, or none
 */
public record StepPlan(
        List<Action> actions,
        boolean observe,
        Map<Place, Forecast> forecasts,
        @Experimental int @Nullable [][] refreshed) {
    public StepPlan {
        actions = List.copyOf(actions);
        forecasts = Map.copyOf(forecasts);
    }

    /** That renews all tokens, or none. */
    public StepPlan(List<Action> actions, boolean observe, Map<Place, Forecast> forecasts) {
        this(actions, observe, forecasts, null);
    }

    /** That forecasts no place. */
    public StepPlan(List<Action> actions, boolean observe) {
        this(actions, observe, Map.of());
    }

    /** That forecasts the trunk or the output. */
    public static StepPlan forecasting(Place place, Forecast forecast) {
        return new StepPlan(List.of(), false, Map.of(place, forecast));
    }

    /** Whether what the last layer reads is forecast, so that no block runs. */
    public boolean skipsTrunk() {
        return forecasts.keySet().stream().anyMatch(Place::skipsTrunk);
    }

    /** Whether the output is forecast, so that no network runs. */
    public boolean skipsNetwork() {
        return forecasts.keySet().stream().anyMatch(Place::skipsNetwork);
    }

    /**
     * Whether a place is computed, so that what is kept of it becomes new: neither it nor one that
     * it lies in is forecast, and all of its tokens go through it.
     */
    public boolean computes(Place place) {
        return (refreshed == null || place.skipsTrunk())
                && forecasts.keySet().stream().noneMatch(other -> other.covers(place));
    }

    /** Whether a branch lies in a place that is forecast. */
    public boolean forecasts(BranchId branch) {
        return forecasts.keySet().stream().anyMatch(place -> place.holds(branch));
    }

    /** Whether what is computed forgets what was cached before; places do as the branches do. */
    public boolean restarts() {
        return actions.stream()
                .anyMatch(action -> action.full().map(Action.Compute::restart).orElse(false));
    }

    public StepKind kind() {
        return StepKind.of(this);
    }
}
