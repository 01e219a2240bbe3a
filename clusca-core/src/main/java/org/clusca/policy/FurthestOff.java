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
        int[][] furthest = new int[errors.dimension(0)][];
        for (int row = 0; row < furthest.length; row++) {
            int[] labels = clustering.labels()[row];
            int[] tokens = new int[clustering.clusters()];
            float[] most = new float[clustering.clusters()];
            Arrays.fill(most, -1);
            for (int token = 0; token < labels.length; token++) {
                float error = errors.data().get(row * labels.length + token);
                if (error > most[labels[token]]) {
                    most[labels[token]] = error;
                    tokens[labels[token]] = token;
                }
            }
            furthest[row] =
                    IntStream.range(0, tokens.length)
                            .filter(cluster -> most[cluster] >= 0)
                            .map(cluster -> tokens[cluster])
                            .toArray();
        }
        return furthest;
    }
}
