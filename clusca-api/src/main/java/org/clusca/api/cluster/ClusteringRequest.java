package org.clusca.api.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.LongStream;
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
 * @param seeds of each batch row: what is chosen for a row follows its own seed alone, so that it
 *     comes out the same whatever else is in the batch
 */
public record ClusteringRequest(
        Tensor tokens, int clusters, @Nullable Tensor start, List<Long> seeds) {
    /** Keeps the streams of rows apart: the golden ratio, as SplitMix64 steps. */
    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    /**
     * @param seed from which every batch row gets one of its own
     */
    public ClusteringRequest(Tensor tokens, int clusters, @Nullable Tensor start, long seed) {
        this(
                tokens,
                clusters,
                start,
                LongStream.range(0, tokens.rank() == 0 ? 0 : tokens.dimension(0))
                        .mapToObj(row -> seed + row * STRIDE)
                        .toList());
    }

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
        seeds = List.copyOf(seeds);
        if (seeds.size() != tokens.dimension(0)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Clustering takes a seed for each of "
                            + tokens.dimension(0)
                            + " rows, found "
                            + seeds.size()
                            + ".");
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

    /** Of the first row; clusterers that choose row by row take {@link #seeds}. */
    public long seed() {
        return seeds.isEmpty() ? 0 : seeds.get(0);
    }
}
