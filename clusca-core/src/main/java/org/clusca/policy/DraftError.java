package org.clusca.policy;

import java.util.Locale;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Readings;

/** How far a draft is from what was computed, under the names of the published code of SpeCa. */
enum DraftError {
    RELATIVE_L1(Norm.ELEMENTWISE_L1),
    RELATIVE_L2(Norm.ELEMENTWISE_L2),
    L1(Norm.L1),
    L2(Norm.L2),
    COSINE(Norm.COSINE);

    private final Norm norm;

    DraftError(Norm norm) {
        this.norm = norm;
    }

    Norm norm() {
        return norm;
    }

    /** Of the whole batch, as if it were one row. */
    double mean(Readings readings, Gauge gauge) {
        return this == L2 || this == RELATIVE_L2
                ? readings.rootMeanSquare(gauge)
                : readings.mean(gauge);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static DraftError of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
