package org.clusca.schedule;

import org.clusca.api.model.Config;

/** The clean latent that a network's output means, within the range that a configuration gives. */
record CleanLatent(Prediction prediction, SampleClip clip) {
    /**
     * Keys prediction_type, clip_sample and clip_sample_range (1); refuses thresholding.
     *
     * @param clips whether to clip when the configuration does not say
     */
    static CleanLatent of(Config config, boolean clips) {
        return new CleanLatent(Prediction.of(config), SampleClip.of(config, clips));
    }

    /** Of one value of an output, where the latent holds {@code latent}. */
    double x0(double output, double latent, double signal, double sigma) {
        return clip.apply(prediction.x0(output, latent, signal, sigma));
    }
}
