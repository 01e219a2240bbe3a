package org.clusca.policy;

import java.util.Optional;
import org.clusca.api.cache.Merge;
import org.clusca.api.cluster.Clustering;

/**
 * How computed tokens enter the cache.
 *
 * @param ratio how far the others of a cluster move towards them; -1 leaves the others alone,
 *     without clusters
 * @param summed as {@link Merge.Propagate#summed()}
 */
public record Merging(double ratio, boolean summed) {
    /** Computed tokens replace theirs; the others stay. */
    public static Merging replace() {
        return new Merging(-1, false);
    }

    /**
     * The others of a cluster move towards its computed tokens.
     *
     * @param ratio 0 to 1
     */
    public static Merging propagate(double ratio) {
        return propagate(ratio, false);
    }

    static Merging propagate(double ratio, boolean summed) {
        Range.require("The propagation ratio", ratio, 0, 1);
        return new Merging(ratio, summed);
    }

    boolean needsClusters() {
        return ratio >= 0;
    }

    Merge merge(Optional<Clustering> clustering) {
        return needsClusters()
                ? new Merge.Propagate(ratio, clustering.orElseThrow().labels(), summed)
                : new Merge.Replace();
    }
}
