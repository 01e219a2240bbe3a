package org.clusca.cluster;

import static java.util.Objects.requireNonNull;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * How {@link KMeans} works.
 *
 * @param iterations most assignment passes of one call, at least 1
 * @param tolerance two centroids agree when every element differs by at most {@code 1e-8 +
 *     tolerance * |new element|}
 * @param distance what nearest means
 * @param start where the centroids start when the request brings none
 * @param empty what becomes of a cluster without tokens
 */
public record KMeansSettings(
        int iterations, double tolerance, Distance distance, Start start, Empty empty) {

    /** Distance of a token and a centroid. */
    public enum Distance {
        /** Sum of absolute differences: the paper's. */
        L1,
        /** Euclidean distance. */
        L2,
        /**
         * Euclidean distance of the vectors scaled to length 1: orders centroids as one minus the
         * cosine similarity does. A vector of zeros stays one.
         */
        COSINE
    }

    /** How starting tokens are drawn. */
    public enum Start {
        /** No token twice. */
        DISTINCT,
        /**
         * Every token each time, as published: clusters that start equal leave one of them empty.
         */
        REPEATED
    }

    /** The centroid of a cluster without tokens. */
    public enum Empty {
        /** Stays where it is. */
        KEEP,
        /** Becomes the zero vector, as published: it may then catch small tokens. */
        ZERO
    }

    public KMeansSettings {
        if (iterations < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "iterations of k-means must be at least 1, found " + iterations + ".");
        }
        if (!(tolerance >= 0 && tolerance <= 1)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "tolerance of k-means must be 0 to 1, found " + tolerance + ".");
        }
        requireNonNull(distance, "distance is null");
        requireNonNull(start, "start is null");
        requireNonNull(empty, "empty is null");
    }

    /** The paper's k-means without the oddities of its code. */
    public static KMeansSettings standard() {
        return new KMeansSettings(100, 1e-4, Distance.L1, Start.DISTINCT, Empty.KEEP);
    }

    /** What the published code does. */
    public static KMeansSettings published() {
        return new KMeansSettings(100, 1e-4, Distance.L1, Start.REPEATED, Empty.ZERO);
    }
}
