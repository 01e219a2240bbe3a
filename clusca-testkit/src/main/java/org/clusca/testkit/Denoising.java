package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;

/** Denoising loops without a network: its outputs are arbitrary numbers. */
final class Denoising {
    /** {@code [images, channels, height, width]}. */
    static final int[] SHAPE = {2, 3, 4, 4};

    static final NoiseSource NOISE = (step, shape) -> Numbers.normal(100 + step, 1, shape);

    private Denoising() {}

    /** The latents after every step. */
    static List<Tensor> run(Scheduler scheduler, int steps, int outputChannels) {
        Schedule schedule = scheduler.schedule(steps);
        List<Tensor> latents = new ArrayList<>();
        Tensor latent = Numbers.normal(1, 1, SHAPE);
        for (int i = 0; i < schedule.timesteps().length; i++) {
            latent = schedule.step(i, output(i, outputChannels), latent, NOISE);
            latents.add(latent);
        }
        return latents;
    }

    static Tensor output(int step, int channels) {
        return Numbers.normal(30 + step, 1, SHAPE[0], channels, SHAPE[2], SHAPE[3]);
    }

    static void same(String expectation, List<Tensor> actual, List<Tensor> expected) {
        for (int i = 0; i < expected.size(); i++) {
            Checks.sameBits(expectation, actual.get(i), expected.get(i));
        }
    }
}
