package org.clusca.policy;

import org.clusca.api.cache.History;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepContext;

/**
 * A Taylor polynomial whose derivatives are the divided differences in the cache: factor of order i
 * is {@code distance^i / i!}. Order 0 is plain reuse. Source: TaylorSeer (arXiv 2503.06923).
 */
public record Taylor(int order) implements Predictor {
    /**
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER when {@code order} is not 0 to 8
     */
    public Taylor {
        Range.require("The order of a Taylor polynomial", order, 0, Range.HIGHEST_ORDER);
    }

    @Override
    public double[] coefficients(StepContext step, History history) {
        int distance = history.distance(step);
        double[] factors = new double[order + 1];
        factors[0] = 1;
        for (int i = 1; i <= order; i++) {
            factors[i] = factors[i - 1] * distance / i;
        }
        return factors;
    }
}
