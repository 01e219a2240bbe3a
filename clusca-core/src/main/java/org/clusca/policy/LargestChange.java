package org.clusca.policy;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.jspecify.annotations.Nullable;

/**
 * The image's tokens whose trunk residual (what the blocks add) has changed most between the last
 * two steps that computed it: mean absolute change over the channels. Of {@code n} tokens {@code
 * floor((1 - ratio) n)} are left out. Source: X-Slim (arXiv 2512.12604).
 *
 * @param ratio share of the tokens that are computed
 */
public record LargestChange(double ratio) implements Tokens {
    static final Place RESIDUAL = new Place.Trunk(true);

    /**
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER when the ratio is not more than 0
     *     and at most 1
     */
    public LargestChange {
        Range.require("The share of the tokens", ratio, Double.MIN_NORMAL, 1);
    }

    @Override
    public Session open(GenerationContext context, List<Branch> refreshed) {
        return new Changes();
    }

    private final class Changes implements Session {
        private float @Nullable [] last;
        private float[][] change = {};

        @Override
        public int[][] choose(StepContext step, int branch) {
            return Arrays.stream(change)
                    .map(row -> TokenScore.top(row, row.length - (int) ((1 - ratio) * row.length)))
                    .toArray(int[][]::new);
        }

        @Override
        public void observe(Observation observation) {
            Tensor shown = observation.places().get(RESIDUAL);
            if (shown == null) {
                return;
            }
            int tokens = shown.dimension(1);
            int channels = shown.dimension(2);
            float[] values = shown.toArray();
            float[] before = last == null ? new float[values.length] : last;
            change = new float[shown.dimension(0)][tokens];
            for (int i = 0; i < values.length; i++) {
                change[i / channels / tokens][i / channels % tokens] +=
                        Math.abs(values[i] - before[i]) / channels;
            }
            last = values;
        }
    }
}
