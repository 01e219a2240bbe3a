package org.clusca.schedule;

import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/** Splits what a network returns into its prediction and the variance it may have learned. */
final class ModelOutput {
    private ModelOutput() {}

    /**
     * The prediction, as many values as the latent has.
     *
     * @param output {@code [images, channels or 2 * channels, ...]}
     * @param latent {@code [images, channels, ...]}
     * @throws CluscaException INCOMPATIBLE for any other shape
     */
    static float[] prediction(Tensor output, Tensor latent) {
        return half(output, latent, 0);
    }

    /** The values of the variance channels, or null when the network has none. */
    static float @Nullable [] variance(Tensor output, Tensor latent) {
        return output.size() == latent.size() ? null : half(output, latent, 1);
    }

    private static float[] half(Tensor output, Tensor latent, int half) {
        requireFit(output, latent);
        float[] values = output.toArray();
        if (values.length == latent.size()) {
            return values;
        }
        int image = latent.size() / latent.dimension(0);
        float[] part = new float[latent.size()];
        for (int i = 0; i < latent.dimension(0); i++) {
            System.arraycopy(values, (2 * i + half) * image, part, i * image, image);
        }
        return part;
    }

    private static void requireFit(Tensor output, Tensor latent) {
        int[] once = latent.shape();
        int[] twice = latent.shape();
        twice[1] *= 2;
        if (!Arrays.equals(output.shape(), once) && !Arrays.equals(output.shape(), twice)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The scheduler expects a model output of shape "
                            + Arrays.toString(once)
                            + " or, with learned variance, "
                            + Arrays.toString(twice)
                            + "; found "
                            + Arrays.toString(output.shape())
                            + ".");
        }
    }
}
