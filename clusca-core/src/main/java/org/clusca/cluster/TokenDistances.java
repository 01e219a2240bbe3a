package org.clusca.cluster;

import java.util.Arrays;

/**
 * L1 or Euclidean distances from the tokens of one batch row to given points, in float32.
 *
 * <p>Two ways to the same number, bit for bit: {@link #toAll} from all tokens at once, its loops
 * over tokens in a form that the JIT compiler turns into vector instructions (whole arrays without
 * offsets, four channels a time), and {@link #toOne} from a single token, five times slower per
 * token.
 */
final class TokenDistances {
    /** So many channels of all tokens stay in the processor's cache while the points pass by. */
    private static final int CHANNEL_BLOCK = 16;

    /** {@code [tokens][channels]}. */
    private final float[][] tokens;

    /** {@code [channels][tokens]}. */
    private final float[][] byChannel;

    private final int channels;
    private final boolean euclidean;

    /**
     * @param tokens {@code [tokens][channels]}
     * @param euclidean Euclidean distance instead of L1
     */
    TokenDistances(float[][] tokens, int channels, boolean euclidean) {
        this.tokens = tokens;
        this.channels = channels;
        this.euclidean = euclidean;
        this.byChannel = new float[channels][tokens.length];
        for (int from = 0; from < tokens.length; from += 16) {
            int to = Math.min(from + 16, tokens.length);
            for (int d = 0; d < channels; d++) {
                float[] channel = byChannel[d];
                for (int t = from; t < to; t++) {
                    channel[t] = tokens[t][d];
                }
            }
        }
    }

    int tokens() {
        return tokens.length;
    }

    /** The first token that holds NaN or an infinity, or -1. */
    int firstNotFinite() {
        float[] zeroOrNaN = new float[tokens.length];
        for (float[] channel : byChannel) {
            for (int t = 0; t < zeroOrNaN.length; t++) {
                zeroOrNaN[t] += channel[t] * 0f;
            }
        }
        for (int t = 0; t < zeroOrNaN.length; t++) {
            if (zeroOrNaN[t] != 0) {
                return t;
            }
        }
        return -1;
    }

    /**
     * Bound of the relative error of these sums and of the bounds computed from them: rounding of
     * one chain of channels / 4 additions, twice, and some more.
     */
    float slack() {
        return (channels / 2 + 32) * 0x1p-24f;
    }

    /**
     * Distances from all tokens to some points.
     *
     * @param points {@code [clusters][channels]}
     * @param which the points to measure to; the first {@code count} entries count
     * @param out {@code [clusters][tokens]}; only the rows of these points are written
     */
    void toAll(float[][] points, int[] which, int count, float[][] out) {
        for (int i = 0; i < count; i++) {
            Arrays.fill(out[which[i]], 0f);
        }
        for (int from = 0; from < channels; from += CHANNEL_BLOCK) {
            int to = Math.min(from + CHANNEL_BLOCK, channels);
            for (int i = 0; i < count; i++) {
                addChannels(points[which[i]], from, to, out[which[i]]);
            }
        }
        for (int i = 0; i < count && euclidean; i++) {
            roots(out[which[i]]);
        }
    }

    private void addChannels(float[] point, int from, int to, float[] sums) {
        int d = from;
        for (; d + 4 <= to; d += 4) {
            float[] x0 = byChannel[d];
            float[] x1 = byChannel[d + 1];
            float[] x2 = byChannel[d + 2];
            float[] x3 = byChannel[d + 3];
            if (euclidean) {
                addSquares(x0, x1, x2, x3, point, d, sums);
            } else {
                addAbsolutes(x0, x1, x2, x3, point, d, sums);
            }
        }
        for (; d < to; d++) {
            if (euclidean) {
                addSquares(byChannel[d], point[d], sums);
            } else {
                addAbsolutes(byChannel[d], point[d], sums);
            }
        }
    }

    private static void addAbsolutes(
            float[] x0, float[] x1, float[] x2, float[] x3, float[] point, int d, float[] sums) {
        float p0 = point[d];
        float p1 = point[d + 1];
        float p2 = point[d + 2];
        float p3 = point[d + 3];
        for (int t = 0; t < sums.length; t++) {
            sums[t] +=
                    (Math.abs(x0[t] - p0) + Math.abs(x1[t] - p1))
                            + (Math.abs(x2[t] - p2) + Math.abs(x3[t] - p3));
        }
    }

    private static void addAbsolutes(float[] x, float p, float[] sums) {
        for (int t = 0; t < sums.length; t++) {
            sums[t] += Math.abs(x[t] - p);
        }
    }

    private static void addSquares(
            float[] x0, float[] x1, float[] x2, float[] x3, float[] point, int d, float[] sums) {
        float p0 = point[d];
        float p1 = point[d + 1];
        float p2 = point[d + 2];
        float p3 = point[d + 3];
        for (int t = 0; t < sums.length; t++) {
            float a = x0[t] - p0;
            float b = x1[t] - p1;
            float c = x2[t] - p2;
            float e = x3[t] - p3;
            sums[t] += (a * a + b * b) + (c * c + e * e);
        }
    }

    private static void addSquares(float[] x, float p, float[] sums) {
        for (int t = 0; t < sums.length; t++) {
            float a = x[t] - p;
            sums[t] += a * a;
        }
    }

    private static void roots(float[] sums) {
        for (int t = 0; t < sums.length; t++) {
            sums[t] = (float) Math.sqrt(sums[t]);
        }
    }

    /** Distance from one token to a point: the same additions in the same order. */
    float toOne(int token, float[] point) {
        return between(tokens[token], point);
    }

    /** Distance of two points. */
    float between(float[] x, float[] p) {
        return euclidean ? (float) Math.sqrt(squares(x, p)) : absolutes(x, p);
    }

    private static float absolutes(float[] x, float[] p) {
        float sum = 0;
        int d = 0;
        for (; d + 4 <= x.length; d += 4) {
            sum +=
                    (Math.abs(x[d] - p[d]) + Math.abs(x[d + 1] - p[d + 1]))
                            + (Math.abs(x[d + 2] - p[d + 2]) + Math.abs(x[d + 3] - p[d + 3]));
        }
        for (; d < x.length; d++) {
            sum += Math.abs(x[d] - p[d]);
        }
        return sum;
    }

    private static float squares(float[] x, float[] p) {
        float sum = 0;
        int d = 0;
        for (; d + 4 <= x.length; d += 4) {
            float a = x[d] - p[d];
            float b = x[d + 1] - p[d + 1];
            float c = x[d + 2] - p[d + 2];
            float e = x[d + 3] - p[d + 3];
            sum += (a * a + b * b) + (c * c + e * e);
        }
        for (; d < x.length; d++) {
            float a = x[d] - p[d];
            sum += a * a;
        }
        return sum;
    }
}
