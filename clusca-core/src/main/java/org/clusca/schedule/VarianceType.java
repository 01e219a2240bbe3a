package org.clusca.schedule;

import java.util.Locale;
import org.clusca.api.model.Config;

/** How much noise an ancestral step adds. */
enum VarianceType {
    /** The variance of the posterior. */
    FIXED_SMALL {
        @Override
        double deviation(double small, double large, double output) {
            return Math.sqrt(small);
        }
    },
    /** The same by way of the logarithm. */
    FIXED_SMALL_LOG {
        @Override
        double deviation(double small, double large, double output) {
            return Math.exp(0.5 * Math.log(small));
        }
    },
    /** The variance beta of the step. */
    FIXED_LARGE {
        @Override
        double deviation(double small, double large, double output) {
            return Math.sqrt(large);
        }
    },
    /**
     * The same by way of the logarithm. diffusers takes the square root of the logarithm itself,
     * which gives NaN; nobody can want that.
     */
    FIXED_LARGE_LOG {
        @Override
        double deviation(double small, double large, double output) {
            return Math.exp(0.5 * Math.log(large));
        }
    },
    /** The network gives the variance. */
    LEARNED {
        @Override
        double deviation(double small, double large, double output) {
            return Math.sqrt(output);
        }
    },
    /**
     * The network mixes the logarithms of both: -1 for the posterior's, 1 for beta (Nichol and
     * Dhariwal 2021, "Improved DDPM", equation 15).
     */
    LEARNED_RANGE {
        @Override
        double deviation(double small, double large, double output) {
            double mix = (output + 1) / 2;
            return Math.exp(0.5 * (mix * Math.log(large) + (1 - mix) * Math.log(small)));
        }
    };

    static VarianceType of(Config config, String missing) {
        String name =
                config.choice(
                        "variance_type",
                        missing,
                        "fixed_small",
                        "fixed_small_log",
                        "fixed_large",
                        "fixed_large_log",
                        "learned",
                        "learned_range");
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    boolean learned() {
        return this == LEARNED || this == LEARNED_RANGE;
    }

    /**
     * The standard deviation of the noise.
     *
     * @param small variance of the posterior
     * @param large variance beta of the step
     * @param output of the network's variance channel; 0 where it has none
     */
    abstract double deviation(double small, double large, double output);
}
