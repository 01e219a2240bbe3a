package org.clusca.policy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.clusca.api.Tensor;

/** Scores of tokens; of a higher one the token is computed sooner. */
final class TokenScore {
    private TokenScore() {}

    /**
     * The token of the highest score in each cluster that has any; of equal ones the first.
     *
     * @param score of each token
     * @param labels clusters of the tokens
     */
    static int[] bestOfEach(double[] score, int[] labels, int clusters) {
        int[] best = new int[clusters];
        Arrays.fill(best, -1);
        for (int token = 0; token < labels.length; token++) {
            int leader = best[labels[token]];
            best[labels[token]] = leader < 0 || score[token] > score[leader] ? token : leader;
        }
        return Arrays.stream(best).filter(token -> token >= 0).toArray();
    }

    /**
     * One row of a signal, as ToCa adds it up: changed by {@code offset + factor * value} and
     * scaled to length 1.
     */
    static float[] normalized(Tensor signal, int row, float offset, float factor) {
        float[] values = new float[signal.dimension(1)];
        signal.data().get(row * values.length, values);
        double squares = 0;
        for (int t = 0; t < values.length; t++) {
            values[t] = offset + factor * values[t];
            squares += (double) values[t] * values[t];
        }
        float length = (float) Math.max(Math.sqrt(squares), 1e-12);
        for (int t = 0; t < values.length; t++) {
            values[t] /= length;
        }
        return values;
    }

    static float[] random(SplittableRandom random, int tokens) {
        float[] values = new float[tokens];
        for (int t = 0; t < tokens; t++) {
            values[t] = (float) random.nextDouble();
        }
        return values;
    }

    /**
     * The best token of every {@code cell x cell} square of the grid gets {@code bonus} times its
     * own score on top. A square lies in one frame.
     *
     * @param frames of a video, 1 for a picture
     */
    static void spread(float[] score, int frames, int gridWidth, int cell, float bonus) {
        int height = score.length / gridWidth / frames;
        for (int frame = 0; frame < frames; frame++) {
            spread(score, frame * height, (frame + 1) * height, gridWidth, cell, bonus);
        }
    }

    private static void spread(
            float[] score, int from, int to, int gridWidth, int cell, float bonus) {
        for (int row = from; row + cell <= to; row += cell) {
            for (int column = 0; column + cell <= gridWidth; column += cell) {
                int best = row * gridWidth + column;
                for (int i = 0; i < cell * cell; i++) {
                    int token = (row + i / cell) * gridWidth + column + i % cell;
                    best = score[token] > score[best] ? token : best;
                }
                score[best] += score[best] * bonus;
            }
        }
    }

    /** The {@code count} tokens of the highest scores, the best first. */
    static int[] top(float[] score, int count) {
        Integer[] order = new Integer[score.length];
        Arrays.setAll(order, t -> t);
        Arrays.sort(order, (a, b) -> Float.compare(score[b], score[a]));
        return Arrays.stream(order, 0, count).mapToInt(Integer::intValue).toArray();
    }
}
