package org.clusca.schedule;

import org.clusca.api.model.Config;

/**
 * Keeps a predicted clean latent within {@code [-range, range]}.
 *
 * @param range infinite when nothing is clipped
 */
record SampleClip(double range) {

    /**
     * Keys clip_sample and clip_sample_range (1); refuses thresholding.
     *
     * @param missing whether to clip when the configuration does not say
     */
    static SampleClip of(Config config, boolean missing) {
        Keys.refuse(config, "thresholding");
        if (!config.flag("clip_sample", missing)) {
            return new SampleClip(Double.POSITIVE_INFINITY);
        }
        double range = config.real("clip_sample_range", 1);
        if (!(range > 0)) {
            throw config.wrong("clip_sample_range", "above 0");
        }
        return new SampleClip(range);
    }

    double apply(double x0) {
        return Math.max(-range, Math.min(range, x0));
    }
}
