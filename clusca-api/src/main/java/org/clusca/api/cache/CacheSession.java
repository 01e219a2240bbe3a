package org.clusca.api.cache;

import java.util.List;
import java.util.Optional;
import org.clusca.api.Experimental;
import org.clusca.api.cluster.Clustering;

/**
 * The decisions of one generation; used by one thread. {@link #plan} is called once per step, in
 * order. Decisions are made for all rows of the batch at once.
 */
public interface CacheSession {
    StepPlan plan(StepContext step);

    /**
     * Called after a step has run, where the policy declared gauges, and before its results enter
     * the cache.
     *
     * @param readings what the gauges show, those known ahead among them
     * @return empty to accept the step; a plan by which to run it once more, the first run then
     *     leaves no trace. What is run again is not judged again
     */
    @Experimental
    default Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings readings) {
        return Optional.empty();
    }

    /**
     * What the step that was planned last was decided by, for reports; empty where no threshold
     * decided it.
     */
    @Experimental
    default Optional<Judgement> judgement() {
        return Optional.empty();
    }

    /**
     * What a user should know when the generation has ended, for the report: sentences such as that
     * a threshold made no difference. Empty where all went as it is meant to.
     */
    @Experimental
    default List<String> remarks() {
        return List.of();
    }

    /** Called after a step whose plan asked for it. */
    default void observe(Observation observation) {}

    /** The clusters in force, for pictures; empty when the policy has none. */
    default Optional<Clustering> clustering() {
        return Optional.empty();
    }
}
