package org.clusca.policy;

import java.util.Optional;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cluster.Clustering;

/** How computed tokens enter the cache. */
public sealed interface Merging {
    /** Whether tokens must be grouped for it. */
    boolean needsClusters();

    /** Says what it needs. */
    default void declare(Requirements.Builder needs) {}

    Merge merge(Optional<Clustering> clustering);

    /** Computed tokens replace theirs; the others stay. */
    static Merging replace() {
        return new Replace();
    }

    /**
     * The others of a cluster move towards its computed tokens.
     *
     * @param ratio 0 to 1
     */
    static Merging propagate(double ratio) {
        return new Propagate(ratio, false, false);
    }

    /**
     * The others of a cluster move by the error of the forecast at its computed tokens, which
     * themselves are exact.
     *
     * @param ratio 0 to 1; 0 leaves the others alone
     */
    static Merging correct(double ratio) {
        return new Correct(ratio);
    }

    /** See {@link Merging#replace}. */
    record Replace() implements Merging {
        @Override
        public boolean needsClusters() {
            return false;
        }

        @Override
        public Merge merge(Optional<Clustering> clustering) {
            return new Merge.Replace();
        }
    }

    /**
     * See {@link Merging#propagate}.
     *
     * @param summed as {@link Merge.Propagate#summed()}
     * @param tokenDistances as {@link Requirements#tokenDistances()}
     */
    record Propagate(double ratio, boolean summed, boolean tokenDistances) implements Merging {
        public Propagate {
            Range.require("The propagation ratio", ratio, 0, 1);
        }

        @Override
        public boolean needsClusters() {
            return true;
        }

        @Override
        public void declare(Requirements.Builder needs) {
            if (tokenDistances) {
                needs.tokenDistances();
            }
        }

        @Override
        public Merge merge(Optional<Clustering> clustering) {
            return new Merge.Propagate(ratio, clustering.orElseThrow().labels(), summed);
        }
    }

    /** See {@link Merging#correct}. */
    record Correct(double ratio) implements Merging {
        public Correct {
            Range.require("The propagation ratio", ratio, 0, 1);
        }

        @Override
        public boolean needsClusters() {
            return true;
        }

        @Override
        public void declare(Requirements.Builder needs) {
            needs.corrects();
        }

        @Override
        public Merge merge(Optional<Clustering> clustering) {
            return new Merge.Correct(ratio, clustering.orElseThrow().labels());
        }
    }
}
