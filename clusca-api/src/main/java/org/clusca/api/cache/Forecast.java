package org.clusca.api.cache;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * How a tensor is predicted from the orders that the cache holds of it: by one {@link Predictor} as
 * a whole, by one for low and one for high spatial frequencies, or by one for each group of
 * channels.
 */
@Experimental
public sealed interface Forecast permits Predictor, Forecast.Banded, Forecast.PerChannel {
    /** The highest order this reads; 0 is reuse. */
    int order();

    <R extends @Nullable Object> R match(Cases<R> cases);

    /** One answer for each kind. */
    interface Cases<R extends @Nullable Object> {
        R whole(Predictor predictor);

        R banded(Banded forecast);

        R perChannel(PerChannel forecast);
    }

    /** Transforms of the token grid by which frequencies are told apart. */
    enum Transform {
        /** Orthonormal two-dimensional DCT-II; a frequency is the radius of its two indices. */
        DCT,
        /** Fourier transform along the tokens in their order, as one line. */
        FFT
    }

    /**
     * Low and high frequencies over the token grid, each with a predictor of its own. For the image
     * stream's trunk and for the output. Source: FreqCa (arXiv 2510.08669).
     *
     * @param cutoff highest frequency of the low band as a share of the highest one there is, 0 to
     *     1
     */
    record Banded(Transform transform, double cutoff, Predictor low, Predictor high)
            implements Forecast {
        /**
         * @throws CluscaException INVALID_PARAMETER when the cutoff is not 0 to 1
         */
        public Banded {
            if (!(cutoff >= 0 && cutoff <= 1)) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "The cutoff between low and high frequencies must be 0 to 1, found "
                                + cutoff
                                + ".");
            }
        }

        @Override
        public int order() {
            return Math.max(low.order(), high.order());
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.banded(this);
        }
    }

    /**
     * Every channel with the predictor of its group. Source: HyCa.
     *
     * @param solverOf {@code [channels]} index into {@code solvers}
     */
    record PerChannel(List<Predictor> solvers, int[] solverOf) implements Forecast {
        /**
         * @throws CluscaException INVALID_PARAMETER when a channel names a solver that is not there
         */
        public PerChannel {
            solvers = List.copyOf(solvers);
            int count = solvers.size();
            if (Arrays.stream(solverOf).anyMatch(solver -> solver < 0 || solver >= count)) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "Channels are given to solvers "
                                + Arrays.toString(solverOf)
                                + ", there are "
                                + count
                                + ", numbered from 0.");
            }
        }

        @Override
        public int order() {
            return solvers.stream().mapToInt(Predictor::order).max().orElse(0);
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.perChannel(this);
        }
    }
}
