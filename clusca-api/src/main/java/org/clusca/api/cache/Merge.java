package org.clusca.api.cache;

import org.jspecify.annotations.Nullable;

/** How freshly computed tokens enter the cached feature; handled through {@link #match}. */
public sealed interface Merge {
    /** Computed tokens replace theirs; the others stay. */
    record Replace() implements Merge {
        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.replace(this);
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
    }

    <R extends @Nullable Object> R match(Cases<R> cases);

    /** One answer for each kind. */
    interface Cases<R extends @Nullable Object> {
        R replace(Replace merge);

        R propagate(Propagate merge);
    }
}
