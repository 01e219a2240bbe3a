package org.example;

import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/** A plug-in: tokens go to the clusters in turn, whatever they hold. */
public final class TurnByTurn implements Clusterer {
    @Override
    public String tag() {
        return "turn-by-turn";
    }

    @Override
    public Clustering cluster(ClusteringRequest request) {
        Tensor tokens = request.tokens();
        for (int i = 0; i < tokens.size(); i++) {
            if (!Float.isFinite(tokens.data().get(i))) {
                int token = i / tokens.dimension(2) % tokens.dimension(1);
                throw new CluscaException(
                        ErrorCode.NOT_FINITE, "token " + token + " holds NaN or an infinity.");
            }
        }
        int[][] labels = new int[tokens.dimension(0)][tokens.dimension(1)];
        for (int[] row : labels) {
            Arrays.setAll(row, token -> token % request.clusters());
        }
        return new Clustering(labels, request.clusters(), null, new int[labels.length]);
    }

    /** Makes it from its tag. */
    public static final class Factory implements ClustererFactory {
        @Override
        public String name() {
            return "turn-by-turn";
        }

        @Override
        public String description() {
            return "Tokens go to the clusters in turn.";
        }

        @Override
        public Clusterer create(Options options) {
            return new TurnByTurn();
        }
    }
}
