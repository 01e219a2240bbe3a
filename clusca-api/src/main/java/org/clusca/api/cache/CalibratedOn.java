package org.clusca.api.cache;

import org.clusca.api.Experimental;

/**
 * What a policy was calibrated on, and for.
 *
 * @param model its name
 * @param family of the model
 * @param fingerprint of its files
 * @param steps of the generation, which alone it is good for
 * @param scheduler under which it was measured
 * @param guidance at which it was measured
 */
@Experimental
public record CalibratedOn(
        String model,
        String family,
        String fingerprint,
        int steps,
        String scheduler,
        double guidance) {}
