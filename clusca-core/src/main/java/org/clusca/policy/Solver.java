package org.clusca.policy;

import java.util.Arrays;
import java.util.Locale;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepContext;

/**
 * Solvers of ordinary differential equations as forecasts: all are {@code f0 + x s0 + c (s0 - s1)},
 * where {@code f0} is what was computed last, {@code x} steps ago, {@code s0} its slope since the
 * full step before it, {@code g} steps earlier, and {@code s1} the slope before that. They differ
 * in {@code c}; {@link #REUSE} has no slope at all.
 *
 * <p>Source: HyCa (arXiv 2510.04188) names the pool: Taylor's formula and the explicit
 * Adams-Bashforth methods, and the implicit Adams-Moulton and BDF methods evaluated on what is
 * cached. Its formulas are in an appendix that we have not read; these are ours, exact on whatever
 * moves at a constant speed.
 */
public enum Solver implements Predictor {
    /** {@code f0}. */
    REUSE {
        @Override
        double curvature(double x, double g) {
            return 0;
        }
    },
    /** {@code c = 0}. */
    TAYLOR1 {
        @Override
        double curvature(double x, double g) {
            return 0;
        }
    },
    /** {@code c = x^2 / 2g}: the second difference as the second derivative. */
    TAYLOR2 {
        @Override
        double curvature(double x, double g) {
            return x * x / (2 * g);
        }
    },
    /** {@code c = x / 2}: two steps, slopes weighted 3/2 and -1/2. */
    ADAMS_BASHFORTH {
        @Override
        double curvature(double x, double g) {
            return x / 2;
        }
    },
    /** {@code c = -x / 2}: the trapezoid of the two last slopes in place of this and the next. */
    ADAMS_MOULTON {
        @Override
        double curvature(double x, double g) {
            return -x / 2;
        }
    },
    /**
     * {@code c = x w (1 + w) / (1 + 2w)} with {@code w = x / g}: two steps of variable length,
     * {@code ((1 + w)^2 f0 - w^2 f1 + x (1 + w) s) / (1 + 2w)}, with the slope {@code s = s0 + w
     * (s0 - s1)} that is expected ahead.
     */
    BDF {
        @Override
        double curvature(double x, double g) {
            double w = x / g;
            return x * w * (1 + w) / (1 + 2 * w);
        }
    };

    /** The words in tags. */
    static String[] words() {
        return Arrays.stream(values()).map(Solver::word).toArray(String[]::new);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Solver of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** This, or where it needs more than a highest order the one that does with that. */
    Solver within(int highest) {
        return order() <= highest ? this : highest == 1 ? TAYLOR1 : REUSE;
    }

    /**
     * Factor of the change of slope.
     *
     * @param x steps since the last full one
     * @param g steps between that and the one before
     */
    abstract double curvature(double x, double g);

    @Override
    public int order() {
        return switch (this) {
            case REUSE -> 0;
            case TAYLOR1 -> 1;
            case TAYLOR2, ADAMS_BASHFORTH, ADAMS_MOULTON, BDF -> 2;
        };
    }

    @Override
    public double[] coefficients(StepContext step, History history) {
        double[] factors = new double[order() + 1];
        factors[0] = 1;
        double x = history.distance(step);
        if (factors.length > 1) {
            factors[1] = x;
        }
        if (factors.length > 2 && history.full().size() > 1) {
            // the cache holds (s0 - s1) / g
            double g = history.gap(0);
            factors[2] = curvature(x, g) * g;
        }
        return factors;
    }
}
