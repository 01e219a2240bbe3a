package org.clusca.api.model;

/**
 * How a sample becomes noise on the way that a network was trained to go back; a scheduler of the
 * other process takes its output for something it is not.
 */
public enum NoiseProcess {
    /**
     * {@code sqrt(alphaCumprod) * sample + sqrt(1 - alphaCumprod) * epsilon} (Ho et al. 2020,
     * "Denoising Diffusion Probabilistic Models").
     */
    DIFFUSION("diffusion"),
    /**
     * {@code (1 - sigma) * sample + sigma * epsilon} (Lipman et al. 2022, "Flow Matching for
     * Generative Modeling").
     */
    FLOW_MATCHING("flow matching");

    private final String words;

    NoiseProcess(String words) {
        this.words = words;
    }

    /** In words, for messages. */
    @Override
    public String toString() {
        return words;
    }
}
