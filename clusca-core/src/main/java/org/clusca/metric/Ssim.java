package org.clusca.metric;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.io.Pictures;

/**
 * Structural similarity; 1 for equal inputs.
 *
 * <p>Z. Wang, A. Bovik, H. Sheikh, E. Simoncelli, "Image quality assessment: from error visibility
 * to structural similarity", IEEE Transactions on Image Processing 13(4), 2004: a Gaussian window
 * of 11x11 with a standard deviation of 1.5, {@code K1 = 0.01}, {@code K2 = 0.03}, weighted
 * variances without Bessel's correction, the mean over all places where the window lies inside the
 * picture, then over channels. Nothing is scaled down first.
 */
public final class Ssim {
    private static final int WINDOW = 11;
    private static final double SIGMA = 1.5;
    private static final double K1 = 0.01;
    private static final double K2 = 0.03;
    private static final double[] WEIGHTS = weights();

    private Ssim() {}

    public static double of(BufferedImage a, BufferedImage b) {
        return of(Pictures.pixels(a), Pictures.pixels(b));
    }

    /** Of values in [0, 255]. */
    public static double of(Tensor a, Tensor b) {
        return of(a, b, 255);
    }

    /**
     * @param a {@code [..., height, width]}, both at least 11; every leading index is a channel
     * @param range largest minus least possible value, e.g. 2 for [-1, 1]
     * @throws CluscaException INCOMPATIBLE when the shapes differ or are smaller than the window
     */
    public static double of(Tensor a, Tensor b, double range) {
        Psnr.checkShapes("SSIM", a, b);
        if (a.rank() < 2
                || a.dimension(a.rank() - 2) < WINDOW
                || a.dimension(a.rank() - 1) < WINDOW) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "SSIM needs pictures of at least 11x11 pixels, found " + a + ".");
        }
        int height = a.dimension(a.rank() - 2);
        int width = a.dimension(a.rank() - 1);
        int plane = height * width;
        int channels = a.size() / plane;
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
            FloatBuffer left = a.data().slice(channel * plane, plane);
            FloatBuffer right = b.data().slice(channel * plane, plane);
            sum += channel(left, right, height, width, range);
        }
        return sum / channels;
    }

    private static double channel(
            FloatBuffer a, FloatBuffer b, int height, int width, double range) {
        int plane = height * width;
        double[] x = new double[plane];
        double[] y = new double[plane];
        double[] xx = new double[plane];
        double[] yy = new double[plane];
        double[] xy = new double[plane];
        for (int i = 0; i < plane; i++) {
            x[i] = a.get(i);
            y[i] = b.get(i);
            xx[i] = x[i] * x[i];
            yy[i] = y[i] * y[i];
            xy[i] = x[i] * y[i];
        }
        double[] meanX = blur(x, height, width);
        double[] meanY = blur(y, height, width);
        double[] meanXx = blur(xx, height, width);
        double[] meanYy = blur(yy, height, width);
        double[] meanXy = blur(xy, height, width);
        double c1 = K1 * range * K1 * range;
        double c2 = K2 * range * K2 * range;
        double sum = 0;
        for (int i = 0; i < meanX.length; i++) {
            double product = meanX[i] * meanY[i];
            double squares = meanX[i] * meanX[i] + meanY[i] * meanY[i];
            double covariance = meanXy[i] - product;
            double variances = meanXx[i] + meanYy[i] - squares;
            sum += (2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
        }
        return sum / meanX.length;
    }

    /** Weighted means wherever the window fits: rows first, then columns. */
    private static double[] blur(double[] values, int height, int width) {
        int outHeight = height - WINDOW + 1;
        int outWidth = width - WINDOW + 1;
        double[] rows = new double[height * outWidth];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < outWidth; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW; k++) {
                    sum += WEIGHTS[k] * values[y * width + x + k];
                }
                rows[y * outWidth + x] = sum;
            }
        }
        double[] means = new double[outHeight * outWidth];
        for (int y = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW; k++) {
                    sum += WEIGHTS[k] * rows[(y + k) * outWidth + x];
                }
                means[y * outWidth + x] = sum;
            }
        }
        return means;
    }

    /** The window is the product of this with itself. */
    private static double[] weights() {
        double[] weights = new double[WINDOW];
        double sum = 0;
        for (int k = 0; k < WINDOW; k++) {
            double distance = k - WINDOW / 2;
            weights[k] = Math.exp(-distance * distance / (2 * SIGMA * SIGMA));
            sum += weights[k];
        }
        for (int k = 0; k < WINDOW; k++) {
            weights[k] /= sum;
        }
        return weights;
    }
}
