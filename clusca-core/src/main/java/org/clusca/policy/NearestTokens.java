package org.clusca.policy;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clustering;

/** The token of each cluster that is nearest to the mean of its members. */
final class NearestTokens {
    private NearestTokens() {}

    /**
     * @param state {@code [batch, tokens, channels]}
     * @return {@code [batch][*]} one token of each cluster that has any
     */
    static int[][] of(Tensor state, Clustering clustering) {
        return IntStream.range(0, state.dimension(0))
                .mapToObj(row -> of(state, row, clustering.labels()[row], clustering.clusters()))
                .toArray(int[][]::new);
    }

    private static int[] of(Tensor state, int row, int[] labels, int clusters) {
        int channels = state.dimension(2);
        int begin = row * labels.length * channels;
        FloatBuffer values = state.data();
        double[][] means = new double[clusters][channels];
        int[] members = new int[clusters];
        for (int token = 0; token < labels.length; token++) {
            members[labels[token]]++;
            for (int c = 0; c < channels; c++) {
                means[labels[token]][c] += values.get(begin + token * channels + c);
            }
        }
        double[] score = new double[labels.length];
        for (int token = 0; token < labels.length; token++) {
            int cluster = labels[token];
            for (int c = 0; c < channels; c++) {
                double difference =
                        values.get(begin + token * channels + c)
                                - means[cluster][c] / members[cluster];
                score[token] -= difference * difference;
            }
        }
        return TokenScore.bestOfEach(score, labels, clusters);
    }
}
