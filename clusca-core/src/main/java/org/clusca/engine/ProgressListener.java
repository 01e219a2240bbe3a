package org.clusca.engine;

import java.util.Optional;
import java.util.function.Supplier;
import org.clusca.api.Tensor;
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

    /**
     * Called ahead of {@link #onStep} for those who show a picture while it forms.
     *
     * @param index of the step
     * @param sample computes the clean latents that the step was heading for, {@code [images,
     *     channels, ...]}; where the scheduler does not say what its latents are made of, the
     *     latents as they are. To be asked during the call; {@link LatentPreview} shows them
     */
    default void onLatents(int index, Supplier<Tensor> sample) {}

    /** Latents have become pictures; not called where none were asked for. */
    default void onDecoded(double seconds) {}

    /** The generation ends here; the same is thrown to its caller. */
    default void onFailed(Throwable failure) {}
}
