package org.clusca.cluster;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/**
 * A random cluster for every token, by the seed; a cluster may stay empty. What the tokens hold
 * does not matter. One of the ablations of the published ClusCa code.
 */
public final class RandomLabels implements Clusterer {
    static final String NAME = "random";

    @Override
    public String tag() {
        return NAME;
    }

    @Override
    public Clustering cluster(ClusteringRequest request) {
        Tensor tokens = request.tokens();
        FiniteTokens.require(tokens);
        int[][] labels = new int[tokens.dimension(0)][tokens.dimension(1)];
        for (int b = 0; b < labels.length; b++) {
            SplittableRandom random = Seeds.stream(request.seeds().get(b), 0);
            Arrays.setAll(labels[b], t -> random.nextInt(request.clusters()));
        }
        return new Clustering(labels, request.clusters(), null, new int[labels.length]);
    }
}
