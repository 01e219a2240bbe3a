package org.clusca.api.schedule;

import org.clusca.api.Tensor;

/** Gives the noise a scheduler adds; the same call gives the same numbers in every run. */
@FunctionalInterface
public interface NoiseSource {
    /**
     * @param step step index, 0 for the noisiest
     * @return independent standard normal numbers of the shape {@code [images, channels, height,
     *     width]}
     */
    Tensor noise(int step, int... shape);
}
