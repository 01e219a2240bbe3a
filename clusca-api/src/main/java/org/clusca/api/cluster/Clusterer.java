package org.clusca.api.cluster;

/** Groups the tokens of each batch row; a value without state, safe to use from several threads. */
public interface Clusterer {
    /**
     * The tag that makes this clusterer again, e.g. {@code kmeans} or {@code kmeans(empty=zero)}.
     */
    String tag();

    /**
     * @return labels for every token of every batch row
     * @throws org.clusca.api.CluscaException NOT_FINITE when a token holds NaN, INVALID_PARAMETER
     *     when there are fewer tokens than clusters
     */
    Clustering cluster(ClusteringRequest request);
}
