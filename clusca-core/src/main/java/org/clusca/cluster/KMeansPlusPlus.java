package org.clusca.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.Clusterable;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.ManhattanDistance;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/**
 * k-means++ of Apache Commons Math 3 with L1 distance: starting tokens far from each other, then
 * the means until no token changes its cluster.
 *
 * <p>It always starts anew: {@link ClusteringRequest#start()} is ignored. It works in float64 on
 * one token at a time and takes many times as long as {@link KMeans}. The library does not say how
 * many passes it made: {@link Clustering#iterations} is 0.
 */
public final class KMeansPlusPlus implements Clusterer {
    static final String NAME = "kmeans++";

    static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.whole(
                            "iterations", 100, 1, Integer.MAX_VALUE, "Most passes of one call."));

    private final int iterations;

    /**
     * @param iterations most passes of one call, at least 1
     */
    public KMeansPlusPlus(int iterations) {
        if (iterations < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "iterations of k-means++ must be at least 1, found " + iterations + ".");
        }
        this.iterations = iterations;
    }

    @Override
    public String tag() {
        return Tags.tag(NAME, PARAMETERS, Map.of("iterations", Integer.toString(iterations)));
    }

    @Override
    public Clustering cluster(ClusteringRequest request) {
        FiniteTokens.require(request.tokens());
        int batch = request.tokens().dimension(0);
        int[][] labels = new int[batch][request.tokens().dimension(1)];
        Tensor centroids = Tensor.zeros(batch, request.clusters(), request.tokens().dimension(2));
        IntStream.range(0, batch)
                .parallel()
                .forEach(b -> cluster(request, b, labels[b], centroids.rows(b, b + 1)));
        return new Clustering(labels, request.clusters(), centroids, new int[batch]);
    }

    private void cluster(ClusteringRequest request, int batchRow, int[] labels, Tensor centroids) {
        RandomGenerator random =
                new Well19937c(Seeds.stream(request.seeds().get(batchRow), 0).nextLong());
        List<CentroidCluster<Token>> clusters =
                new KMeansPlusPlusClusterer<Token>(
                                request.clusters(), iterations, new ManhattanDistance(), random)
                        .cluster(tokens(request.tokens(), batchRow));
        int channels = centroids.dimension(2);
        for (int c = 0; c < clusters.size(); c++) {
            for (Token token : clusters.get(c).getPoints()) {
                labels[token.index] = c;
            }
            double[] center = clusters.get(c).getCenter().getPoint();
            for (int d = 0; d < channels; d++) {
                centroids.data().put(c * channels + d, (float) center[d]);
            }
        }
    }

    private static List<Token> tokens(Tensor tensor, int batchRow) {
        int count = tensor.dimension(1);
        int channels = tensor.dimension(2);
        List<Token> tokens = new ArrayList<>(count);
        for (int t = 0; t < count; t++) {
            double[] values = new double[channels];
            for (int d = 0; d < channels; d++) {
                values[d] = tensor.data().get((batchRow * count + t) * channels + d);
            }
            tokens.add(new Token(t, values));
        }
        return tokens;
    }

    private static final class Token implements Clusterable {
        private final int index;
        private final double[] values;

        Token(int index, double[] values) {
            this.index = index;
            this.values = values;
        }

        @Override
        public double[] getPoint() {
            return values;
        }
    }
}
