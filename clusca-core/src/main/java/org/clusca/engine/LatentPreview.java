package org.clusca.engine;

import java.nio.FloatBuffer;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.clusca.api.Tensor;

/**
 * Latents as small pictures, without the autoencoder: every position becomes one pixel, whose
 * colours are linear in its channels. Fitted once to what the autoencoder makes of random patches.
 */
public final class LatentPreview {
    /** Side of a fitted latent, and of the patches in it, in positions. */
    private static final int SIDE = 16;

    private static final int PATCH = 4;
    private static final int LATENTS = 4;

    /** {@code [channels + 1][3]}; the last row is the constant. */
    private final double[][] colours;

    private LatentPreview(double[][] colours) {
        this.colours = colours;
    }

    /**
     * @param shape of a latent of the model
     * @param decode what {@link Request#decode} does: {@code [images, channels, ...]} to {@code
     *     [images, 3, height, width]}
     */
    static LatentPreview fit(int[] shape, UnaryOperator<Tensor> decode) {
        int channels = shape[0];
        // as many equations as unknowns, four times over
        int images = Math.max(LATENTS, channels / 4 + 1);
        Tensor latents =
                shape.length == 4
                        ? Tensor.zeros(images, channels, 1, SIDE, SIDE)
                        : Tensor.zeros(images, channels, SIDE, SIDE);
        Random random = new Random(1);
        int across = SIDE / PATCH;
        RealMatrix values = new Array2DRowRealMatrix(images * across * across, channels + 1);
        for (int row = 0; row < values.getRowDimension(); row++) {
            for (int channel = 0; channel < channels; channel++) {
                double value = random.nextGaussian();
                values.setEntry(row, channel, value);
                fill(latents.data(), row, channel, channels, (float) value);
            }
            values.setEntry(row, channels, 1);
        }
        DecompositionSolver solver = new SingularValueDecomposition(values).getSolver();
        return new LatentPreview(solver.solve(patches(decode.apply(latents))).getData());
    }

    /** One patch of one channel. */
    private static void fill(FloatBuffer data, int row, int channel, int channels, float value) {
        int across = SIDE / PATCH;
        int image = row / (across * across);
        int top = row / across % across * PATCH;
        int left = row % across * PATCH;
        int plane = (image * channels + channel) * SIDE * SIDE;
        for (int y = top; y < top + PATCH; y++) {
            for (int x = left; x < left + PATCH; x++) {
                data.put(plane + y * SIDE + x, value);
            }
        }
    }

    /** Mean colours of the middles of patches, {@code [patches, 3]}. */
    private static RealMatrix patches(Tensor pictures) {
        int across = SIDE / PATCH;
        int size = pictures.dimension(3) / across;
        int rim = size / 4;
        RealMatrix means = new Array2DRowRealMatrix(pictures.dimension(0) * across * across, 3);
        for (int row = 0; row < means.getRowDimension(); row++) {
            int image = row / (across * across);
            int top = row / across % across * size;
            int left = row % across * size;
            for (int colour = 0; colour < 3; colour++) {
                double sum = 0;
                for (int y = top + rim; y < top + size - rim; y++) {
                    for (int x = left + rim; x < left + size - rim; x++) {
                        int line = (image * 3 + colour) * pictures.dimension(2) + y;
                        sum += pictures.data().get(line * pictures.dimension(3) + x);
                    }
                }
                means.setEntry(row, colour, sum / ((size - 2 * rim) * (size - 2 * rim)));
            }
        }
        return means;
    }

    /**
     * @param latents {@code [images, channels, height, width]}; of videos {@code [images, channels,
     *     frames, height, width]}, of which the frame in the middle is shown
     * @return {@code [images, 3, height, width]}, nominally in [-1, 1]; a pixel for each position
     */
    public Tensor pictures(Tensor latents) {
        int[] shape = latents.shape();
        int frames = shape.length == 5 ? shape[2] : 1;
        int height = shape[shape.length - 2];
        int width = shape[shape.length - 1];
        int plane = height * width;
        Tensor pictures = Tensor.zeros(shape[0], 3, height, width);
        FloatBuffer from = latents.data();
        for (int image = 0; image < shape[0]; image++) {
            for (int position = 0; position < plane; position++) {
                for (int colour = 0; colour < 3; colour++) {
                    double sum = colours[shape[1]][colour];
                    for (int channel = 0; channel < shape[1]; channel++) {
                        int at = ((image * shape[1] + channel) * frames + frames / 2) * plane;
                        sum += colours[channel][colour] * from.get(at + position);
                    }
                    pictures.data().put((image * 3 + colour) * plane + position, (float) sum);
                }
            }
        }
        return pictures;
    }
}
