package org.clusca.api.cache;

import org.clusca.api.Experimental;
import org.jspecify.annotations.Nullable;

/** How freshly computed tokens enter the cached feature; handled through {@link #match}. */
public sealed interface Merge {
    /** Computed tokens replace theirs; the others stay. */
    record Replace() implements Merge {
        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.replace(this);
        }

        @Override
        public boolean corrects() {
            return false;
        }
    }

    /**
     * Computed tokens replace theirs, and every other token of a cluster moves towards them: {@code
     * cached <- ratio * target + (1 - ratio) * cached}, where the target is the mean of the
     * computed tokens of its cluster. A cluster without a computed token stays as it is.
     *
     * @param ratio 0 to 1
     * @param labels {@code [batch][tokens]} cluster of each token
     * @param summed replays the published code: the target is the sum instead of the mean and
     *     reaches the computed tokens too, so that a token computed twice counts twice and a
     *     cluster without a computed token shrinks by {@code 1 - ratio}
     */
    record Propagate(double ratio, int[][] labels, boolean summed) implements Merge {
        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.propagate(this);
        }

        @Override
        public boolean corrects() {
            return false;
        }
    }

    /**
     * Computed tokens are exact at this step, and every other token of a cluster is moved by the
     * mean error of the forecast at them, not by their value: {@code cached <- cached + ratio *
     * (computed - forecast)}, computed tokens with a ratio of 1. A cluster without a computed token
     * stays as it is.
     *
     * @param ratio 0 to 1
     * @param labels {@code [batch][tokens]} cluster of each token
     */
    @Experimental
    record Correct(double ratio, int[][] labels) implements Merge {
        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.correct(this);
        }

        @Override
        public boolean corrects() {
            return true;
        }
    }

    <R extends @Nullable Object> R match(Cases<R> cases);

    /** Whether what enters is the error of the forecast. */
    boolean corrects();

    /** One answer for each kind. */
    interface Cases<R extends @Nullable Object> {
        R replace(Replace merge);

        R propagate(Propagate merge);

        R correct(Correct merge);
    }
}
