package org.clusca.engine;

import java.util.List;
import java.util.Random;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseSource;

/**
 * Standard normal numbers from the seeds of images: an image comes out the same whatever is
 * generated beside it.
 *
 * @param seeds of each image
 */
record SeededNoise(List<Long> seeds) implements NoiseSource {
    /** The step number of the first latent. */
    static final int START = -1;

    @Override
    public Tensor noise(int step, int... shape) {
        Tensor noise = Tensor.zeros(shape);
        int size = noise.size() / shape[0];
        float[] row = new float[size];
        for (int image = 0; image < shape[0]; image++) {
            Random random = new Random(mix(mix(seeds.get(image)) + mix(step)));
            for (int i = 0; i < size; i++) {
                row[i] = (float) random.nextGaussian();
            }
            noise.data().put(image * size, row);
        }
        return noise;
    }

    /**
     * The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbouring seeds must not give
     * related streams.
     */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
