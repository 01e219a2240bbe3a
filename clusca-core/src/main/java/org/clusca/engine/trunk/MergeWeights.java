package org.clusca.engine.trunk;

import java.util.Arrays;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Merge;
import org.jspecify.annotations.Nullable;

/**
 * A merge as numbers: {@code cached <- keep * cached + spread x computed}, so that every way of
 * merging is the same computation in the graph. One that corrects keeps everything, and the error
 * of the forecast takes the place of what was computed.
 */
final class MergeWeights {
    private final int n;
    private final Tensor keep;
    private final Tensor spread;
    private final float[] keepRow;
    private final float[] spreadRow;

    /**
     * @param n the largest number of computed tokens of a batch row; rows with fewer are padded
     *     with tokens of weight 0
     */
    MergeWeights(int batch, int tokens, int n) {
        this.n = n;
        keep = Tensor.zeros(batch, tokens, 1);
        spread = Tensor.zeros(batch, tokens, n);
        keepRow = new float[tokens];
        spreadRow = new float[tokens * n];
    }

    int chosen() {
        return n;
    }

    /** {@code [batch, tokens, 1]}. */
    Tensor keep() {
        return keep;
    }

    /** {@code [batch, tokens, n]}. */
    Tensor spread() {
        return spread;
    }

    /**
     * Overwrites them.
     *
     * @param chosen {@code [batch][*]} computed tokens
     */
    void set(Merge merge, int[][] chosen) {
        for (int row = 0; row < chosen.length; row++) {
            Arrays.fill(keepRow, 1);
            Arrays.fill(spreadRow, 0);
            merge.match(new Row(row, chosen[row]));
            keep.data().put(row * keepRow.length, keepRow);
            spread.data().put(row * spreadRow.length, spreadRow);
        }
    }

    @SuppressWarnings("NullAway") // the one value of Void is null
    private final class Row implements Merge.Cases<@Nullable Void> {
        private final int row;
        private final int[] chosen;

        Row(int row, int[] chosen) {
            this.row = row;
            this.chosen = chosen;
        }

        @Override
        public @Nullable Void replace(Merge.Replace replace) {
            written(chosen, 1);
            return null;
        }

        @Override
        public @Nullable Void propagate(Merge.Propagate propagate) {
            propagated(propagate, propagate.labels()[row], chosen);
            return null;
        }

        @Override
        public @Nullable Void correct(Merge.Correct correct) {
            // spread as a mean is, over all that is there already
            int[][] labels = correct.labels();
            propagated(new Merge.Propagate(correct.ratio(), labels, false), labels[row], chosen);
            Arrays.fill(keepRow, 1);
            return null;
        }
    }

    /** Whether computed tokens move others, so that weights are needed. */
    static boolean moves(Merge merge) {
        return merge.match(
                new Merge.Cases<Boolean>() {
                    @Override
                    public Boolean replace(Merge.Replace replace) {
                        return false;
                    }

                    @Override
                    public Boolean propagate(Merge.Propagate propagate) {
                        return propagate.ratio() > 0;
                    }

                    @Override
                    public Boolean correct(Merge.Correct correct) {
                        return true;
                    }
                });
    }

    /** A token computed more than once has the same output each time: the last one counts. */
    private void written(int[] chosen, float weight) {
        for (int j = 0; j < chosen.length; j++) {
            int token = chosen[j];
            if (keepRow[token] == 0) {
                Arrays.fill(spreadRow, token * n, token * n + n, 0);
            }
            keepRow[token] = 0;
            spreadRow[token * n + j] = weight;
        }
    }

    private void propagated(Merge.Propagate merge, int[] labels, int[] chosen) {
        float ratio = (float) merge.ratio();
        // in the published code computed tokens are blended with their cluster's sum too
        written(chosen, merge.summed() ? 1 - ratio : 1);
        if (ratio == 0) {
            return;
        }
        int[][] computed = byCluster(labels, chosen);
        for (int token = 0; token < labels.length; token++) {
            boolean own = keepRow[token] == 0;
            int[] members = computed[labels[token]];
            if (!merge.summed() && (own || members.length == 0)) {
                continue;
            }
            if (!own) {
                keepRow[token] = 1 - ratio;
            }
            float share = merge.summed() ? ratio : ratio / members.length;
            for (int j : members) {
                spreadRow[token * n + j] += share;
            }
        }
    }

    /** Which of the computed tokens are of each cluster. */
    private static int[][] byCluster(int[] labels, int[] chosen) {
        int[][] members = new int[1 + Arrays.stream(labels).max().orElse(-1)][0];
        for (int j = 0; j < chosen.length; j++) {
            int cluster = labels[chosen[j]];
            members[cluster] = Arrays.copyOf(members[cluster], members[cluster].length + 1);
            members[cluster][members[cluster].length - 1] = j;
        }
        return members;
    }
}
