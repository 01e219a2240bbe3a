package org.clusca.metric;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.io.Pictures;

/**
 * Peak signal-to-noise ratio in dB: {@code 10 log10(range^2 / mean((a - b)^2))} over all values;
 * infinite for equal inputs. Higher is nearer.
 */
public final class Psnr {
    private Psnr() {}

    public static double of(BufferedImage a, BufferedImage b) {
        return of(Pictures.pixels(a), Pictures.pixels(b));
    }

    /** Of values in [0, 255]. */
    public static double of(Tensor a, Tensor b) {
        return of(a, b, 255);
    }

    /**
     * @param range largest minus least possible value, e.g. 2 for [-1, 1]
     * @throws CluscaException INCOMPATIBLE when the shapes differ
     */
    public static double of(Tensor a, Tensor b, double range) {
        checkShapes("PSNR", a, b);
        FloatBuffer left = a.data();
        FloatBuffer right = b.data();
        double sum = 0;
        for (int i = 0; i < left.capacity(); i++) {
            double delta = (double) left.get(i) - right.get(i);
            sum += delta * delta;
        }
        return 10 * Math.log10(range * range * left.capacity() / sum);
    }

    static void checkShapes(String metric, Tensor a, Tensor b) {
        if (!Arrays.equals(a.shape(), b.shape())) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    metric
                            + " compares tensors of one shape, found "
                            + Arrays.toString(a.shape())
                            + " and "
                            + Arrays.toString(b.shape())
                            + ".");
        }
    }
}
