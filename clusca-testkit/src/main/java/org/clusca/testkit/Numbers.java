package org.clusca.testkit;

import java.util.Random;
import org.clusca.api.Tensor;

/** Arbitrary numbers for tests, the same in every run. */
final class Numbers {
    private Numbers() {}

    /** Normally distributed numbers. */
    static Tensor normal(long seed, double size, int... shape) {
        Random random = new Random(seed);
        float[] values = new float[(int) Tensor.count(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return Tensor.of(values, shape);
    }

    static Tensor copy(Tensor tensor) {
        return Tensor.of(tensor.toArray(), tensor.shape());
    }

    /** Tensors of the same row shape, one after the other along the first axis. */
    static Tensor stack(Tensor... parts) {
        int rows = 0;
        for (Tensor part : parts) {
            rows += part.dimension(0);
        }
        int[] shape = parts[0].shape();
        shape[0] = rows;
        Tensor all = Tensor.zeros(shape);
        int at = 0;
        for (Tensor part : parts) {
            all.data().put(at, part.data(), 0, part.size());
            at += part.size();
        }
        return all;
    }
}
