package org.clusca.api.cluster;

import static java.util.Objects.requireNonNull;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What to cluster.
 *
 * @param tokens {@code [batch, tokens, channels]}; only read
 * @param clusters how many clusters each batch row gets
 * @param start centroids {@code [batch, clusters, channels]} to start from (warm start: those of
 *     the previous clustering), or null to choose starting points by the seed
 * @param seed decides every random choice; batch row b uses a stream of its own derived from it
 */
public record ClusteringRequest(Tensor tokens, int clusters, @Nullable Tensor start, long seed) {
    public ClusteringRequest {
        requireNonNull(tokens, "tokens is null");
        if (tokens.rank() != 3) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Clustering takes tokens [batch, tokens, channels], found " + tokens + ".");
        }
        if (clusters < 1 || clusters > tokens.dimension(1)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Cannot make "
                            + clusters
                            + " clusters of "
                            + tokens.dimension(1)
                            + " tokens: clusters must be 1 to the number of tokens.");
        }
        if (start != null
                && (start.rank() != 3
                        || start.dimension(0) != tokens.dimension(0)
                        || start.dimension(1) != clusters
                        || start.dimension(2) != tokens.dimension(2))) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Starting centroids must be ["
                            + tokens.dimension(0)
                            + ", "
                            + clusters
                            + ", "
                            + tokens.dimension(2)
                            + "], found "
                            + start
                            + ".");
        }
    }
}
