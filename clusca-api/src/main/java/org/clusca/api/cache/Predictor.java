package org.clusca.api.cache;

/** Predicts a branch's output as a linear combination of the orders in the cache. */
public interface Predictor {
    /** The highest order this reads; 0 is reuse. */
    int order();

    /**
     * @param distance steps since the branch was last computed on all tokens, at least 1
     * @return factor of each order, 0 to {@link #order()}; orders that the cache does not hold yet
     *     count as zero
     */
    double[] coefficients(int distance);
}
