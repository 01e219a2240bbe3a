package org.clusca.engine.trunk;

import java.util.Arrays;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Forecast.Transform;

/**
 * The low frequencies of a grid, as matrices: with E = rows along its height and columns along its
 * width, the low part of x is {@code E' (mask * E x)}. Only the frequencies that are needed have
 * lines. Source: FreqCa (arXiv 2510.08669).
 *
 * @param rows {@code [row frequencies, height]}
 * @param columns {@code [column frequencies, width]}
 * @param mask {@code [row frequencies, column frequencies, 1]}, 1 for those in the low band
 */
public record Bands(Tensor rows, Tensor columns, Tensor mask) {
    /** Of a grid that is not split. */
    static final Bands NONE =
            new Bands(Tensor.zeros(1, 1), Tensor.zeros(1, 1), Tensor.zeros(1, 1, 1));

    /**
     * @param tokens of one batch row
     * @param frames of the tokens, each a grid; the Fourier transform runs along all of them
     * @param width tokens in a row of a grid
     */
    public static Bands of(Forecast.Banded forecast, int tokens, int frames, int width) {
        if (forecast.transform() == Transform.FFT) {
            return line(tokens, forecast.cutoff());
        }
        int height = tokens / frames / width;
        double limit = forecast.cutoff() * Math.hypot(height - 1, width - 1);
        int low = (int) Math.min(height - 1, Math.floor(limit)) + 1;
        int wide = (int) Math.min(width - 1, Math.floor(limit)) + 1;
        Tensor mask = Tensor.zeros(low, wide, 1);
        for (int i = 0; i < low * wide; i++) {
            mask.data().put(i, Math.hypot(i / wide, i % wide) <= limit ? 1 : 0);
        }
        return new Bands(cosines(low, height), cosines(wide, width), mask);
    }

    /** The low part of grids that lie one behind the other. */
    public float[] low(float[] grids) {
        int height = rows.dimension(1);
        int width = columns.dimension(1);
        int high = rows.dimension(0);
        int wide = columns.dimension(0);
        float[] low = new float[grids.length];
        for (int from = 0; from < grids.length; from += height * width) {
            float[] grid = Arrays.copyOfRange(grids, from, from + height * width);
            float[] along = product(grid, height, transposed(columns), wide);
            float[] both = product(rows.toArray(), high, along, wide);
            for (int i = 0; i < both.length; i++) {
                both[i] *= mask.data().get(i);
            }
            float[] upright = product(transposed(rows), height, both, wide);
            float[] part = product(upright, height, columns.toArray(), width);
            System.arraycopy(part, 0, low, from, part.length);
        }
        return low;
    }

    /** {@code [lines, n] x [n, columns]}. */
    private static float[] product(float[] a, int lines, float[] b, int columns) {
        int n = a.length / lines;
        float[] product = new float[lines * columns];
        for (int i = 0; i < product.length; i++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += a[i / columns * n + k] * b[k * columns + i % columns];
            }
            product[i] = (float) sum;
        }
        return product;
    }

    private static float[] transposed(Tensor matrix) {
        int lines = matrix.dimension(0);
        float[] values = matrix.toArray();
        float[] transposed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            transposed[i] = values[i % lines * (values.length / lines) + i / lines];
        }
        return transposed;
    }

    /** The first lines of the orthonormal DCT-II. */
    private static Tensor cosines(int frequencies, int length) {
        Tensor lines = Tensor.zeros(frequencies, length);
        for (int k = 0; k < frequencies; k++) {
            double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / length);
            for (int n = 0; n < length; n++) {
                double value = scale * Math.cos(Math.PI * (2 * n + 1) * k / (2.0 * length));
                lines.data().put(k * length + n, (float) value);
            }
        }
        return lines;
    }

    /** A line of tokens: of each frequency a cosine and a sine, where they differ from 0. */
    private static Tensor waves(int length, int highest) {
        int alone = 2 * highest == length ? 2 : 1;
        int count = 2 * highest + 2 - alone;
        Tensor lines = Tensor.zeros(count, length);
        for (int line = 0; line < count; line++) {
            int k = (line + 1) / 2;
            boolean single = k == 0 || 2 * k == length;
            double scale = Math.sqrt((single ? 1.0 : 2.0) / length);
            for (int n = 0; n < length; n++) {
                double angle = 2 * Math.PI * k * n / length;
                double wave = line % 2 == 0 && k > 0 ? Math.sin(angle) : Math.cos(angle);
                lines.data().put(line * length + n, (float) (scale * wave));
            }
        }
        return lines;
    }

    private static Bands line(int tokens, double cutoff) {
        // the highest frequency there is, in turns along the line
        int highest = tokens / 2;
        Tensor columns = waves(tokens, (int) Math.floor(cutoff * highest));
        Tensor mask = Tensor.zeros(1, columns.dimension(0), 1);
        for (int i = 0; i < mask.size(); i++) {
            mask.data().put(i, 1);
        }
        return new Bands(Tensor.of(new float[] {1}, 1, 1), columns, mask);
    }
}
