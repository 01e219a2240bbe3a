package org.clusca.api.schedule;

/**
 * What a model's output says of a latent {@code x = alpha * sample + sigma * epsilon}; each follows
 * from any other and the latent.
 */
public enum OutputForm {
    /** The noise. */
    EPSILON,
    /**
     * Where the latent moves: {@code alpha * epsilon - sigma * sample} of noise schedules, {@code
     * epsilon - sample} of flow matching.
     */
    VELOCITY,
    /** The clean latent. */
    SAMPLE
}
