package org.clusca.policy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clustering;

/** The token of each cluster whose error is the largest; of equal ones, the first. */
final class FurthestOff {
    private FurthestOff() {}

    /**
     * @param errors {@code [batch, tokens]}, 0 or more
     * @return {@code [batch][*]} one token of each cluster that has any
     */
    static int[][] of(Tensor errors, Clustering clustering) {
        return IntStream.range(0, errors.dimension(0))
                .mapToObj(row -> of(errors, row, clustering.labels()[row], clustering.clusters()))
                .toArray(int[][]::new);
    }

    private static int[] of(Tensor errors, int row, int[] labels, int clusters) {
        double[] score = new double[labels.length];
        Arrays.setAll(score, token -> errors.data().get(row * labels.length + token));
        return TokenScore.bestOfEach(score, labels, clusters);
    }
}
