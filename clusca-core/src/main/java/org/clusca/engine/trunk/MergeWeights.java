package org.clusca.engine.trunk;

import java.util.Arrays;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Merge;
import org.jspecify.annotations.Nullable;

/**
 * A merge as numbers: {@code cached <- keep * cached + spread x computed}, so that every way of
 * merging is the same computation in the graph. One that corrects keeps everything, and the error
 * of the forecast takes the place of what was computed.
 *
 * @param keep {@code [batch, tokens, 1]}
 * @param spread {@code [batch, tokens, n]}
 */
record MergeWeights(Tensor keep, Tensor spread) {

    /**
     * @param chosen {@code [batch][*]} computed tokens
     * @param n the largest number of computed tokens of a batch row; rows with fewer are padded
     *     with tokens of weight 0
     */
    @SuppressWarnings("NullAway") // the one value of Void is null
    static MergeWeights of(Merge merge, int[][] chosen, int n, int tokens) {
        int batch = chosen.length;
        Tensor keep = Tensor.zeros(batch, tokens, 1);
        Tensor spread = Tensor.zeros(batch, tokens, n);
        float[] keepRow = new float[tokens];
        float[] spreadRow = new float[tokens * n];
        for (int b = 0; b < batch; b++) {
            Arrays.fill(keepRow, 1);
            Arrays.fill(spreadRow, 0);
            int row = b;
            merge.match(
                    new Merge.Cases<@Nullable Void>() {
                        @Override
                        public @Nullable Void replace(Merge.Replace replace) {
                            MergeWeights.replace(chosen[row], keepRow, spreadRow, n, 1);
                            return null;
                        }

                        @Override
                        public @Nullable Void propagate(Merge.Propagate propagate) {
                            MergeWeights.propagate(
                                    propagate,
                                    propagate.labels()[row],
                                    chosen[row],
                                    keepRow,
                                    spreadRow,
                                    n);
                            return null;
                        }

                        @Override
                        public @Nullable Void correct(Merge.Correct correct) {
                            // spread as a mean is, over all that is there already
                            MergeWeights.propagate(
                                    new Merge.Propagate(correct.ratio(), correct.labels(), false),
                                    correct.labels()[row],
                                    chosen[row],
                                    keepRow,
                                    spreadRow,
                                    n);
                            Arrays.fill(keepRow, 1);
                            return null;
                        }
                    });
            keep.data().put(b * tokens, keepRow);
            spread.data().put(b * tokens * n, spreadRow);
        }
        return new MergeWeights(keep, spread);
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
    private static void replace(int[] chosen, float[] keep, float[] spread, int n, float weight) {
        for (int j = 0; j < chosen.length; j++) {
            int token = chosen[j];
            if (keep[token] == 0) {
                Arrays.fill(spread, token * n, token * n + n, 0);
            }
            keep[token] = 0;
            spread[token * n + j] = weight;
        }
    }

    private static void propagate(
            Merge.Propagate merge,
            int[] labels,
            int[] chosen,
            float[] keep,
            float[] spread,
            int n) {
        float ratio = (float) merge.ratio();
        // in the published code computed tokens are blended with their cluster's sum too
        replace(chosen, keep, spread, n, merge.summed() ? 1 - ratio : 1);
        if (ratio == 0) {
            return;
        }
        int[][] computed = byCluster(labels, chosen);
        for (int token = 0; token < labels.length; token++) {
            boolean own = keep[token] == 0;
            int[] members = computed[labels[token]];
            if (!merge.summed() && (own || members.length == 0)) {
                continue;
            }
            if (!own) {
                keep[token] = 1 - ratio;
            }
            float share = merge.summed() ? ratio : ratio / members.length;
            for (int j : members) {
                spread[token * n + j] += share;
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
