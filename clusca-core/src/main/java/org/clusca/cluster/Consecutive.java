package org.clusca.cluster;

import java.util.Arrays;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/**
 * Runs of neighbouring tokens: token i belongs to cluster {@code floor(i * clusters / tokens)}, so
 * that sizes differ by at most one and none is 0. What the tokens hold does not matter. One of the
 * ablations of the published ClusCa code, which demands that the number of clusters divide the
 * number of tokens.
 */
public final class Consecutive implements Clusterer {
    static final String NAME = "consecutive";

    @Override
    public String tag() {
        return NAME;
    }

    @Override
    public Clustering cluster(ClusteringRequest request) {
        Tensor tokens = request.tokens();
        FiniteTokens.require(tokens);
        int batch = tokens.dimension(0);
        int count = tokens.dimension(1);
        int[][] labels = new int[batch][count];
        for (int[] row : labels) {
            Arrays.setAll(row, i -> (int) ((long) i * request.clusters() / count));
        }
        return new Clustering(labels, request.clusters(), null, new int[batch]);
    }
}
