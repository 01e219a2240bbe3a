package org.clusca.engine;

import java.util.Optional;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;

/** Follows a generation; called on the generating thread, so it should return soon. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = progress -> {};

    /**
     * A finished step.
     *
     * @param clustering clusters in force during the step, for pictures
     */
    record Progress(Report.Step step, int steps, StepPlan plan, Optional<Clustering> clustering) {}

    void onStep(Progress progress);
}
