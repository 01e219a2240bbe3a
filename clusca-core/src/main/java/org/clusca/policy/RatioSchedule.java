package org.clusca.policy;

import java.util.Locale;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;

/**
 * How many tokens ToCa computes: a base ratio that changes over the steps and the layers. Source:
 * the published settings of ToCa (arXiv 2410.05317): for DiT, where all of the budget goes to the
 * MLPs ({@link #MLP_SHARE}), and for FLUX and HunyuanVideo, whose single blocks get more of it than
 * the MLPs of the double blocks.
 */
public enum RatioSchedule {
    CONSTANT(0, 0, 1, 1),
    DDIM50(2, -0.2, RatioSchedule.MLP_SHARE, RatioSchedule.MLP_SHARE),
    DDPM250(0.4, 0.8, RatioSchedule.MLP_SHARE, RatioSchedule.MLP_SHARE),
    FLUX(0, 0.5, 0.4, 1.6);

    /** What attention does not use, 1 - 0.4 * 2.5 = 0, goes to the MLPs: 1 + 0.6 * 2.5. */
    private static final double MLP_SHARE = 2.5;

    private final double stepWeight;
    private final double layerWeight;
    private final double mlpFactor;
    private final double parallelFactor;

    RatioSchedule(double stepWeight, double layerWeight, double mlpFactor, double parallelFactor) {
        this.stepWeight = stepWeight;
        this.layerWeight = layerWeight;
        this.mlpFactor = mlpFactor;
        this.parallelFactor = parallelFactor;
    }

    static RatioSchedule of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * @param countdown number of the step, counted down to 0
     * @param layer number of the block among those of its stream
     * @param divisor the last layer's number
     * @return tokens to compute
     */
    int tokens(double ratio, int countdown, int steps, int layer, int divisor, Branch branch) {
        double moduleFactor =
                branch.id().kind() == BranchKind.PARALLEL ? parallelFactor : mlpFactor;
        double stepFactor = 1 + stepWeight - 2 * stepWeight * countdown / steps;
        double layerFactor = divisor == 0 ? 1 : 1 + layerWeight - 2 * layerWeight * layer / divisor;
        // the published code multiplies in double, clamps in float32 and cuts the product to a
        // whole number
        double share = ratio * layerFactor * stepFactor * moduleFactor;
        return (int) ((float) Math.min(1, Math.max(0, share)) * branch.tokens());
    }
}
