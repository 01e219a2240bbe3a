package org.clusca.policy;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.clusca.api.cluster.Clustering;

/** Chooses the tokens of one batch row that a branch computes on a cached step. */
@FunctionalInterface
public interface TokenSelector {
    /**
     * @param seed of the row: rows of the same seed draw alike
     * @param branch index of the branch
     * @param row batch row
     * @return token indices, at most one per cluster
     */
    int[] select(long seed, int step, int branch, int row, Clustering clustering);

    /**
     * One token of each cluster, each member equally likely, drawn anew for every step, branch and
     * row; empty clusters give none.
     */
    TokenSelector ONE_PER_CLUSTER =
            (seed, step, branch, row, clustering) -> {
                int[] labels = clustering.labels()[row];
                int[] chosen = new int[clustering.clusters()];
                int[] seen = new int[clustering.clusters()];
                SplittableRandom random = Draws.at(seed, step, branch);
                for (int token = 0; token < labels.length; token++) {
                    int cluster = labels[token];
                    // the n-th member replaces the one kept with probability 1/n: uniform in one
                    // pass
                    if (random.nextInt(++seen[cluster]) == 0) {
                        chosen[cluster] = token;
                    }
                }
                return IntStream.range(0, chosen.length)
                        .filter(cluster -> seen[cluster] > 0)
                        .map(cluster -> chosen[cluster])
                        .toArray();
            };

    /** As published: an empty cluster gives token 0. */
    TokenSelector TOKEN_0_WHERE_EMPTY =
            (seed, step, branch, row, clustering) -> {
                int[] chosen = new int[clustering.clusters()];
                for (int token : ONE_PER_CLUSTER.select(seed, step, branch, row, clustering)) {
                    chosen[clustering.labels()[row][token]] = token;
                }
                return chosen;
            };
}
