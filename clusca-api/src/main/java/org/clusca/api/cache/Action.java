package org.clusca.api.cache;

import java.util.Optional;
import org.clusca.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * What one residual branch does at one step. Whoever handles actions does so through {@link
 * #match}: a new kind then fails to compile wherever it is not handled.
 */
public sealed interface Action {
    /**
     * Run the branch on all tokens; its un-gated output becomes order 0 of the cached feature.
     *
     * @param restart true forgets what was cached before; false takes backward divided differences
     *     with it, as many orders as the policy keeps: {@code new[i+1] = (new[i] - old[i]) / (this
     *     step - last computed step)}
     */
    record Compute(boolean restart) implements Action {
        @Override
        public boolean verifies() {
            return false;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.compute(this);
        }
    }

    /**
     * Run the branch on some tokens, merge their outputs into order 0 of the cached feature (where
     * they stay for later steps), then predict all tokens from the cache.
     *
     * @param tokens {@code [batch][n]} token indices; n may differ between batch rows and may be 0
     */
    record ComputeTokens(int[][] tokens, Merge merge, Forecast forecast) implements Action {
        @Override
        public boolean verifies() {
            return false;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.computeTokens(this);
        }
    }

    /** Do not run the branch: predict its output from the cache. */
    record Predict(Forecast forecast) implements Action {
        @Override
        public boolean verifies() {
            return false;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.predict(this);
        }
    }

    /**
     * Run the branch on all tokens to measure the error of the forecast ({@link
     * Gauge.ForecastError}, {@link Gauge.BlockError}); the forecast is what the step goes on with,
     * and nothing enters the cache.
     */
    @Experimental
    record Verify(Forecast forecast) implements Action {
        @Override
        public boolean verifies() {
            return true;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.verify(this);
        }
    }

    <R extends @Nullable Object> R match(Cases<R> cases);

    /** Whether it computes only to measure. */
    boolean verifies();

    /** The computation on all tokens whose output enters the cache; empty of other kinds. */
    default Optional<Compute> full() {
        return match(
                new Cases<>() {
                    @Override
                    public Optional<Compute> compute(Compute action) {
                        return Optional.of(action);
                    }

                    @Override
                    public Optional<Compute> computeTokens(ComputeTokens action) {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<Compute> predict(Predict action) {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<Compute> verify(Verify action) {
                        return Optional.empty();
                    }
                });
    }

    /** One answer for each kind. */
    interface Cases<R extends @Nullable Object> {
        R compute(Compute action);

        R computeTokens(ComputeTokens action);

        R predict(Predict action);

        R verify(Verify action);
    }
}
