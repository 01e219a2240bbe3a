package org.clusca.api.cache;

import org.jspecify.annotations.Nullable;

/** Predicts a tensor as a linear combination of the orders in the cache, the same for all of it. */
public non-sealed interface Predictor extends Forecast {
    /**
     * @param step the step to predict for
     * @param history the full steps behind what the cache holds
     * @return factor of each order, 0 to {@link #order()}, the first one not 0; orders that the
     *     cache does not hold yet count as zero
     */
    double[] coefficients(StepContext step, History history);

    @Override
    default <R extends @Nullable Object> R match(Cases<R> cases) {
        return cases.whole(this);
    }
}
