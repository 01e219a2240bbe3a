package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.clusca.api.cache.History;
import org.clusca.api.cache.StepContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The factors of the forecast. */
final class TaylorTest {
    @Test
    void factorsArePowersOverFactorials() {
        assertThat(factors(3, 2)).containsExactly(1, 2, 2, 8 / 6.0);
        assertThat(factors(0, 5)).containsExactly(1);
    }

    /**
     * On equal spacing a backward difference is exact for a straight line, and so is the forecast;
     * for higher orders the rule is exact on the polynomial whose i-th derivative is the i-th
     * difference.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void forecastsThePolynomialOfItsDifferences(int order) {
        int interval = 3;
        double[] slots = new double[order + 1];
        for (int sample = 0; sample <= order; sample++) {
            slots = differences(slots, polynomial(order, interval * sample), interval, sample);
        }
        double[] differences = slots;
        for (int distance = 1; distance <= 5; distance++) {
            double x = distance;
            double[] factors = factors(order, distance);
            double forecast =
                    IntStream.rangeClosed(0, order)
                            .mapToDouble(i -> factors[i] * differences[i])
                            .sum();
            assertThat(forecast).isCloseTo(series(differences, x), within(1e-9));
            if (order <= 1) {
                assertThat(forecast)
                        .isCloseTo(polynomial(order, interval * order + x), within(1e-9));
            }
        }
        // the highest difference of a polynomial is its highest derivative
        assertThat(differences[order]).isCloseTo(derivative(order), within(1e-9));
    }

    private static double[] factors(int order, int distance) {
        History history = History.EMPTY.with(new StepContext(0, 50, 1), false, order + 1);
        return new Taylor(order).coefficients(new StepContext(distance, 50, 1), history);
    }

    /** 1 + 2x + 3x^2 + ... */
    private static double polynomial(int degree, double x) {
        return IntStream.rangeClosed(0, degree).mapToDouble(i -> (i + 1) * Math.pow(x, i)).sum();
    }

    /** The derivative of that order of the polynomial of that degree. */
    private static double derivative(int degree) {
        return IntStream.rangeClosed(1, degree).asDoubleStream().reduce(1, (a, b) -> a * b)
                * (degree + 1);
    }

    private static double series(double[] derivatives, double x) {
        double sum = 0;
        double term = 1;
        for (int i = 0; i < derivatives.length; i++) {
            sum += derivatives[i] * term;
            term = term * x / (i + 1);
        }
        return sum;
    }

    /** The rule of the feature cache; orders fill up one per sample. */
    private static double[] differences(double[] old, double value, int interval, int filled) {
        double[] next = new double[old.length];
        next[0] = value;
        for (int i = 1; i < old.length && i <= filled; i++) {
            next[i] = (next[i - 1] - old[i - 1]) / interval;
        }
        return next;
    }
}
