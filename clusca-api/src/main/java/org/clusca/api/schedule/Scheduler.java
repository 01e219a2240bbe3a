package org.clusca.api.schedule;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.model.NoiseProcess;
import org.jspecify.annotations.Nullable;

/** A configured noise schedule; immutable, safe to share. */
public interface Scheduler {
    String name();

    /** Which process its steps undo; empty when it does not say, then no model refuses it. */
    default Optional<NoiseProcess> process() {
        return Optional.empty();
    }

    /**
     * What was configured of it: from these keys of a {@code scheduler_config.json} its factory
     * makes the same scheduler. Reports print them.
     */
    default Map<String, @Nullable Object> settings() {
        return Map.of();
    }

    /** Number of timesteps the network was trained on. */
    int trainingSteps();

    /**
     * Lays out one generation.
     *
     * @param steps number of denoising steps
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER when steps is below 1 or above
     *     {@link #trainingSteps()}
     */
    Schedule schedule(int steps);

    /**
     * Lays out one generation of a known size; schedulers whose grid depends on it override this.
     *
     * @param imageTokens tokens of one image or video in the network
     */
    default Schedule schedule(int steps, int imageTokens) {
        return schedule(steps);
    }
}
