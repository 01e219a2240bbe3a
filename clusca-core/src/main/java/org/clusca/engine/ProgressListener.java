package org.clusca.engine;

import java.util.Optional;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;

/**
 * Follows a generation: its prompts are encoded, its networks loaded, its steps made, its latents
 * decoded, or it fails. Called on the generating thread, so it should return soon. Steps are what a
 * lambda hears of.
 */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = progress -> {};

    /**
     * A finished step.
     *
     * @param clustering clusters in force during the step, for pictures
     */
    record Progress(Report.Step step, int steps, StepPlan plan, Optional<Clustering> clustering) {}

    /**
     * Prompts have become numbers.
     *
     * @param seconds that it took, loading of encoders included; next to none for prompts that were
     *     remembered
     */
    default void onEncoded(double seconds) {}

    /**
     * All networks of the steps and the decoding are at hand.
     *
     * @param seconds that loading those took that were not
     */
    default void onLoaded(double seconds) {}

    void onStep(Progress progress);

    /** Latents have become pictures; not called where none were asked for. */
    default void onDecoded(double seconds) {}

    /** The generation ends here; the same is thrown to its caller. */
    default void onFailed(Throwable failure) {}
}
