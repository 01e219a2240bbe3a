package org.clusca.engine;

import java.nio.FloatBuffer;
import org.clusca.api.Tensor;

/** Classifier-free guidance: {@code unconditional + scale * (conditional - unconditional)}. */
final class Guidance {
    private Guidance() {}

    /**
     * @param output {@code [2 * images, channels, height, width]}, of each image the conditional
     *     row and then the unconditional one
     * @param guided leading channels to guide; the others are taken from the conditional row
     * @return {@code [images, channels, height, width]}
     */
    static Tensor apply(Tensor output, double scale, int guided) {
        int images = output.dimension(0) / 2;
        int channels = output.dimension(1);
        int plane = output.size() / output.dimension(0) / channels;
        int[] shape = output.shape();
        shape[0] = images;
        Tensor result = Tensor.zeros(shape);
        FloatBuffer from = output.data();
        FloatBuffer to = result.data();
        float factor = (float) scale;
        int row = channels * plane;
        for (int i = 0; i < images * row; i++) {
            int at = i / row * 2 * row + i % row;
            float conditional = from.get(at);
            if (i / plane % channels < guided) {
                float unconditional = from.get(at + row);
                conditional = unconditional + factor * (conditional - unconditional);
            }
            to.put(i, conditional);
        }
        return result;
    }
}
