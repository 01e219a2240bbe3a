package org.clusca.policy;

/**
 * How many tokens ToCa computes: a base ratio that changes over the steps and the layers. Source:
 * the published settings of ToCa (arXiv 2410.05317) for DiT, where all of the budget goes to the
 * MLPs ({@link #MLP_SHARE}).
 */
public enum RatioSchedule {
    CONSTANT(0, 0, 1),
    DDIM50(2, -0.2, RatioSchedule.MLP_SHARE),
    DDPM250(0.4, 0.8, RatioSchedule.MLP_SHARE);

    /** What attention does not use, 1 - 0.4 * 2.5 = 0, goes to the MLPs: 1 + 0.6 * 2.5. */
    private static final double MLP_SHARE = 2.5;

    private final double stepWeight;
    private final double layerWeight;
    private final double moduleFactor;

    RatioSchedule(double stepWeight, double layerWeight, double moduleFactor) {
        this.stepWeight = stepWeight;
        this.layerWeight = layerWeight;
        this.moduleFactor = moduleFactor;
    }

    /**
     * @param countdown number of the step, counted down to 0
     * @param divisor the last layer's number
     * @return tokens to compute
     */
    int tokens(double ratio, int countdown, int steps, int layer, int divisor, int tokens) {
        double stepFactor = 1 + stepWeight - 2 * stepWeight * countdown / steps;
        double layerFactor = divisor == 0 ? 1 : 1 + layerWeight - 2 * layerWeight * layer / divisor;
        // the published code multiplies in double, clamps in float32 and cuts the product to a
        // whole number
        double share = ratio * layerFactor * stepFactor * moduleFactor;
        return (int) ((float) Math.min(1, Math.max(0, share)) * tokens);
    }
}
