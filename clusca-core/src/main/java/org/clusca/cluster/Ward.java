package org.clusca.cluster;

import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/**
 * Ward's clustering (J. H. Ward 1963): every token begins as a cluster of its own, and the two
 * whose union adds least to the squared distances from the means become one, until so many are
 * left. No chance and no starting point; no cluster is ever empty. It takes time and memory by the
 * square of the number of tokens.
 */
public final class Ward implements Clusterer {
    static final String NAME = "ward";

    /** The distances of so many tokens are 256 MiB. */
    private static final int MOST_TOKENS = 8192;

    @Override
    public String tag() {
        return NAME;
    }

    /**
     * @throws CluscaException also INVALID_PARAMETER for more than 8192 tokens
     */
    @Override
    public Clustering cluster(ClusteringRequest request) {
        Tensor tokens = request.tokens();
        if (tokens.dimension(1) > MOST_TOKENS) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Clusterer ward compares every two of the tokens, of which there are "
                            + tokens.dimension(1)
                            + "; it takes at most "
                            + MOST_TOKENS
                            + ". Choose kmeans.");
        }
        FiniteTokens.require(tokens);
        int[][] labels = new int[tokens.dimension(0)][];
        IntStream.range(0, labels.length)
                .parallel()
                .forEach(
                        b ->
                                labels[b] =
                                        new WardTree(KMeansRow.row(tokens, b))
                                                .labels(request.clusters()));
        return new Clustering(labels, request.clusters(), null, new int[labels.length]);
    }
}
