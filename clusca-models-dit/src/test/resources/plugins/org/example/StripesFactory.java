package org.example;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/** A clusterer: token i belongs to cluster (i + shift) modulo the number of clusters. */
public final class StripesFactory implements ClustererFactory {
    @Override
    public String name() {
        return "stripes";
    }

    @Override
    public String description() {
        return "stripes";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.whole("shift", 0, 0, 100, "Where the first stripe starts."));
    }

    @Override
    public Clusterer create(Options options) {
        return new Stripes(options.whole("shift"));
    }

    record Stripes(int shift) implements Clusterer {
        @Override
        public String tag() {
            return "stripes(shift=" + shift + ")";
        }

        @Override
        public Clustering cluster(ClusteringRequest request) {
            int batch = request.tokens().dimension(0);
            int[][] labels = new int[batch][request.tokens().dimension(1)];
            for (int[] row : labels) {
                Arrays.setAll(row, token -> (token + shift) % request.clusters());
            }
            return new Clustering(labels, request.clusters(), null, new int[batch]);
        }
    }
}
