package org.clusca.api.cache;

import java.util.Locale;
import org.clusca.api.Experimental;

/** How far a tensor {@code a} is from {@code b}, over all elements of a batch row. */
@Experimental
public enum Norm {
    /** {@code mean |a - b|}. */
    L1,
    /** {@code sqrt(mean (a - b)^2)}. */
    L2,
    /** {@code mean |a - b| / mean |b|}. */
    RELATIVE_L1,
    /** {@code |a - b| / |b|}, Euclidean. */
    RELATIVE_L2,
    /** {@code mean (|a - b| / (|b| + 1e-10))}: ruled by elements of b that are nearly 0. */
    ELEMENTWISE_L1,
    /** {@code sqrt(mean (|a - b| / (|b| + 1e-10))^2)}: ruled by them even more. */
    ELEMENTWISE_L2,
    /** {@code 1 - cos(a, b)}. */
    COSINE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
