package org.clusca.api.cluster;

import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one clustering.
 *
 * @param labels {@code [batch][tokens]}, each 0 to clusters - 1; a cluster may be empty
 * @param clusters number of clusters, the empty ones included
 * @param centroids {@code [batch, clusters, channels]} to start the next clustering from, or null
 *     where there is no such thing
 * @param iterations {@code [batch]} assignment passes made; 0 where nothing is iterated
 */
public record Clustering(
        int[][] labels, int clusters, @Nullable Tensor centroids, int[] iterations) {

    /** Number of tokens of every cluster of one batch row. */
    public int[] sizes(int batch) {
        int[] sizes = new int[clusters];
        for (int label : labels[batch]) {
            sizes[label]++;
        }
        return sizes;
    }
}
