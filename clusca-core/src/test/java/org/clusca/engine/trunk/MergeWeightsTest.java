package org.clusca.engine.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.clusca.api.cache.Merge;
import org.junit.jupiter.api.Test;

/** The merge as numbers, against a plain reading of what each way of merging does. */
final class MergeWeightsTest {
    /** Cluster 2 is empty, cluster 3 holds token 4 alone; six tokens. */
    private static final int[] LABELS = {0, 1, 0, 1, 3, 0};

    private static final double[] CACHED = {10, 20, 30, 40, 50, 60};

    @Test
    void replaceWritesTheComputedTokens() {
        assertThat(merge(new Merge.Replace(), new int[] {2, 5}, 7, 8))
                .containsExactly(10, 20, 7, 40, 50, 8);
    }

    @Test
    void propagationMovesTheOthersTowardsTheMean() {
        int[] chosen = {2, 5, 1};
        double[] fresh = {6, 8, 9};
        // cluster 0 computed tokens 2 and 5: mean 7; cluster 1 token 1; cluster 3 none
        assertThat(merge(new Merge.Propagate(0.25, rows(LABELS), false), chosen, fresh))
                .containsExactly(
                        new double[] {
                            0.25 * 7 + 0.75 * 10, 9, 6, 0.25 * 9 + 0.75 * 40, 50, 8,
                        },
                        within(1e-5));
    }

    @Test
    void aTokenComputedTwiceCountsInTheMeanAsOftenAsItWasChosen() {
        assertThat(merge(new Merge.Propagate(0.5, rows(LABELS), false), new int[] {1, 1}, 8, 8))
                .containsExactly(new double[] {10, 8, 30, 24, 50, 60}, within(1e-5));
    }

    @Test
    void anErrorComesOntoWhatIsThere() {
        int[] chosen = {2, 5, 1};
        double[] errors = {6, 8, 9};
        assertThat(merge(new Merge.Correct(0.25, rows(LABELS)), chosen, errors))
                .containsExactly(
                        new double[] {
                            10 + 0.25 * 7, 20 + 9, 30 + 6, 40 + 0.25 * 9, 50, 60 + 8,
                        },
                        within(1e-5));
        assertThat(merge(new Merge.Correct(0, rows(LABELS)), chosen, errors))
                .containsExactly(new double[] {10, 29, 36, 40, 50, 68}, within(1e-5));
    }

    @Test
    void ratioZeroReplaces() {
        for (boolean summed : new boolean[] {false, true}) {
            assertThat(merge(new Merge.Propagate(0, rows(LABELS), summed), new int[] {0, 4}, 1, 2))
                    .containsExactly(1, 20, 30, 40, 2, 60);
        }
    }

    @Test
    void asPublishedSumsAreBlendedIntoEveryToken() {
        double ratio = 0.3;
        // token 0 stands in for the empty cluster 2, so it comes twice
        int[] chosen = {2, 1, 0, 4};
        double[] fresh = {6, 9, 5, 3};
        assertThat(merge(new Merge.Propagate(ratio, rows(LABELS), true), chosen, fresh))
                .containsExactly(published(ratio, chosen, fresh), within(1e-5));
        int[] twice = {0, 1, 0, 0};
        double[] same = {5, 9, 5, 5};
        assertThat(merge(new Merge.Propagate(ratio, rows(LABELS), true), twice, same))
                .containsExactly(published(ratio, twice, same), within(1e-5));
    }

    /** Scatter; sum by cluster; blend every token with the sum of its cluster (methods.md 2.5). */
    private static double[] published(double ratio, int[] chosen, double[] fresh) {
        double[] merged = CACHED.clone();
        double[] sums = new double[4];
        for (int j = 0; j < chosen.length; j++) {
            merged[chosen[j]] = fresh[j];
            sums[LABELS[chosen[j]]] += fresh[j];
        }
        for (int token = 0; token < merged.length; token++) {
            merged[token] = ratio * sums[LABELS[token]] + (1 - ratio) * merged[token];
        }
        return merged;
    }

    @Test
    void rowsMayChooseDifferentlyMany() {
        int[][] chosen = {{3}, {}, {0, 2}};
        Merge merge = new Merge.Propagate(0.5, rows(LABELS, LABELS, LABELS), false);
        MergeWeights weights = weights(merge, chosen, 2);
        double[] fresh = {4, 1000};
        assertThat(row(weights, 0, fresh))
                .containsExactly(new double[] {10, 12, 30, 4, 50, 60}, within(1e-5));
        assertThat(row(weights, 1, fresh)).containsExactly(CACHED);
        assertThat(row(weights, 2, new double[] {4, 8}))
                .containsExactly(new double[] {4, 20, 8, 40, 50, 33}, within(1e-5));
    }

    private static int[][] rows(int[]... rows) {
        return rows;
    }

    private static double[] merge(Merge merge, int[] chosen, double... fresh) {
        return row(weights(merge, new int[][] {chosen}, chosen.length), 0, fresh);
    }

    /** keep * cached + spread x fresh. */
    private static MergeWeights weights(Merge merge, int[][] chosen, int n) {
        MergeWeights weights = new MergeWeights(chosen.length, 6, n);
        // what an earlier step wrote must not show
        int[][] all = new int[chosen.length][n];
        weights.set(new Merge.Propagate(0.9, new int[chosen.length][6], true), all);
        weights.set(merge, chosen);
        return weights;
    }

    private static double[] row(MergeWeights weights, int batch, double[] fresh) {
        int n = weights.spread().dimension(2);
        double[] merged = new double[6];
        for (int token = 0; token < 6; token++) {
            merged[token] = weights.keep().data().get(batch * 6 + token) * CACHED[token];
            for (int j = 0; j < n; j++) {
                merged[token] +=
                        weights.spread().data().get((batch * 6 + token) * n + j) * fresh[j];
            }
        }
        return merged;
    }
}
