package org.clusca.api.schedule;

import java.util.Optional;
import org.clusca.api.Tensor;

/**
 * The steps of one generation; holds what a multistep solver remembers, so it is used by one
 * generation only.
 */
public interface Schedule {
    /** Timesteps as the network takes them, noisiest first, one per step. */
    double[] timesteps();

    /** Factor on unit-variance noise that gives the first latent. */
    default double initialNoiseScale() {
        return 1;
    }

    /**
     * What the latent is made of where a step begins, and what the network's output says of it: by
     * this a policy's forecast of the output in another form becomes what {@link #step} takes.
     *
     * @return empty when the scheduler does not say, then no output can be forecast; the same for
     *     all steps
     */
    default Optional<NoiseLevel> level(int index) {
        return Optional.empty();
    }

    /**
     * Whether steps add noise: of what a latent is made of then follows less from earlier steps,
     * and an output can only be forecast as the clean latent.
     */
    default boolean addsNoise() {
        return false;
    }

    /**
     * One denoising step. Called once per step, in order.
     *
     * @param index 0 for the noisiest step
     * @param modelOutput {@code [images, outputs, height, width]}, guidance applied; outputs is the
     *     number of latent channels, or twice that when the network also predicts the variance
     * @param latent {@code [images, channels, height, width]}
     * @param noise for schedulers that add noise
     * @return the next latent, a new tensor
     */
    Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise);
}
