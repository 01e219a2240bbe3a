package org.clusca.policy;

import org.clusca.api.cache.History;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepContext;

/**
 * Forecasts with scaled Hermite polynomials in place of the powers of a Taylor polynomial, which
 * grow less wildly: with {@code y = sigma * x}, the factor of order k is {@code H_k(y) * sigma^k /
 * k!}, where {@code H_1 = 2y}, {@code H_2 = 4y^2 - 2}, {@code H_(n+1) = 2y H_n - 2n H_(n-1)}.
 * Source: FreqCa (arXiv 2510.08669), HiCache.
 *
 * @param sigma scale; 0.71 makes order 1 about a Taylor step
 */
public record Hermite(int order, double sigma) implements Predictor {
    /**
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER when {@code order} is not 0 to 8 or
     *     {@code sigma} is negative
     */
    public Hermite {
        Range.require("The order of a Hermite forecast", order, 0, Range.HIGHEST_ORDER);
        Range.require("The scale of a Hermite forecast", sigma, 0, Range.ANY);
    }

    @Override
    public double[] coefficients(StepContext step, History history) {
        int distance = history.distance(step);
        double y = sigma * distance;
        double[] factors = new double[order + 1];
        factors[0] = 1;
        double before = 1;
        double current = 2 * y;
        double scale = 1;
        for (int k = 1; k <= order; k++) {
            scale *= sigma / k;
            factors[k] = current * scale;
            double next = 2 * y * current - 2 * k * before;
            before = current;
            current = next;
        }
        return factors;
    }
}
