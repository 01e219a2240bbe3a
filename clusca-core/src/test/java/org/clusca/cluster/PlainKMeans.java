package org.clusca.cluster;

import java.util.Arrays;
import org.clusca.api.Tensor;

/** The published k-means written down plainly: every distance of every round, the batch as one. */
final class PlainKMeans {
    final int[][] labels;
    final float[][][] centroids;
    final int rounds;

    PlainKMeans(KMeansSettings settings, float[][][] tokens, float[][][] start) {
        float[][][] from = start;
        int[][] found = new int[tokens.length][];
        int round = 0;
        while (round < settings.iterations()) {
            round++;
            float[][][] to = new float[tokens.length][][];
            boolean agree = true;
            for (int b = 0; b < tokens.length; b++) {
                found[b] = assign(settings.distance(), tokens[b], from[b]);
                to[b] = means(settings.empty(), tokens[b], found[b], from[b]);
                agree &= agree(settings.tolerance(), from[b], to[b]);
            }
            if (agree) {
                break;
            }
            from = to;
        }
        labels = found;
        centroids = from;
        rounds = round;
    }

    private static int[] assign(
            KMeansSettings.Distance distance, float[][] tokens, float[][] centroids) {
        int[] labels = new int[tokens.length];
        for (int t = 0; t < tokens.length; t++) {
            float least = Float.POSITIVE_INFINITY;
            for (int c = 0; c < centroids.length; c++) {
                float d = distance(distance, tokens[t], centroids[c]);
                if (d < least) {
                    least = d;
                    labels[t] = c;
                }
            }
        }
        return labels;
    }

    private static float distance(KMeansSettings.Distance distance, float[] x, float[] y) {
        return switch (distance) {
            case L1 -> sum(x, y, false);
            case L2 -> (float) Math.sqrt(sum(x, y, true));
            case COSINE -> (float) Math.sqrt(sum(unit(x), unit(y), true));
        };
    }

    /** In groups of four channels, the rest singly: the order that the real one documents. */
    private static float sum(float[] x, float[] y, boolean squares) {
        float sum = 0;
        float[] part = new float[x.length];
        for (int d = 0; d < x.length; d++) {
            float difference = x[d] - y[d];
            part[d] = squares ? difference * difference : Math.abs(difference);
        }
        int d = 0;
        for (; d + 4 <= part.length; d += 4) {
            sum += (part[d] + part[d + 1]) + (part[d + 2] + part[d + 3]);
        }
        for (; d < part.length; d++) {
            sum += part[d];
        }
        return sum;
    }

    private static float[] unit(float[] x) {
        double squares = 0;
        for (float v : x) {
            squares += (double) v * v;
        }
        float[] unit = x.clone();
        for (int d = 0; d < x.length && squares > 0; d++) {
            unit[d] = (float) (x[d] / Math.sqrt(squares));
        }
        return unit;
    }

    private static float[][] means(
            KMeansSettings.Empty empty, float[][] tokens, int[] labels, float[][] from) {
        float[][] means = new float[from.length][tokens[0].length];
        for (int c = 0; c < from.length; c++) {
            int size = 0;
            for (int t = 0; t < tokens.length; t++) {
                if (labels[t] == c) {
                    size++;
                    for (int d = 0; d < means[c].length; d++) {
                        means[c][d] += tokens[t][d];
                    }
                }
            }
            for (int d = 0; d < means[c].length && size > 0; d++) {
                means[c][d] /= size;
            }
            if (size == 0 && empty == KMeansSettings.Empty.KEEP) {
                means[c] = from[c];
            }
        }
        return means;
    }

    private static boolean agree(double tolerance, float[][] from, float[][] to) {
        for (int c = 0; c < from.length; c++) {
            for (int d = 0; d < from[c].length; d++) {
                float allowed = 1e-8f + (float) tolerance * Math.abs(to[c][d]);
                boolean close = Math.abs(from[c][d] - to[c][d]) <= allowed;
                // Equal infinities are close, too.
                if (!close && from[c][d] != to[c][d]) {
                    return false;
                }
            }
        }
        return true;
    }

    static float[][][] arrays(Tensor tensor) {
        float[] values = tensor.toArray();
        int rows = tensor.dimension(1);
        int width = tensor.dimension(2);
        float[][][] arrays = new float[tensor.dimension(0)][rows][];
        for (int b = 0; b < arrays.length; b++) {
            for (int r = 0; r < rows; r++) {
                int at = (b * rows + r) * width;
                arrays[b][r] = Arrays.copyOfRange(values, at, at + width);
            }
        }
        return arrays;
    }
}
