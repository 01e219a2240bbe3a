package org.clusca.api.cache;

import java.util.Optional;
import org.clusca.api.cluster.Clustering;

/**
 * The decisions of one generation; used by one thread. {@link #plan} is called once per step, in
 * order.
 */
public interface CacheSession {
    StepPlan plan(StepContext step);

    /** Called after a step whose plan asked for it. */
    default void observe(Observation observation) {}

    /** The clusters in force, for pictures; empty when the policy has none. */
    default Optional<Clustering> clustering() {
        return Optional.empty();
    }
}
