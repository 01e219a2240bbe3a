package org.clusca.schedule;

import org.clusca.api.schedule.NoiseLevel;

/**
 * The timesteps of one generation, noisiest first, with the share of the picture (alphas_cumprod)
 * before and after each step, and the coefficients that follow from them.
 *
 * <p>The posterior is the distribution of the next latent given this one and the clean latent x0
 * (Ho et al. 2020, equations 6 and 7).
 */
public final class NoiseLevels {
    private final int[] timesteps;
    private final double[] alphasCumprod;
    private final double[] nextAlphasCumprod;

    /**
     * @param timesteps noisiest first
     * @param alphasCumprod before each step
     * @param nextAlphasCumprod after each step
     */
    NoiseLevels(int[] timesteps, double[] alphasCumprod, double[] nextAlphasCumprod) {
        this.timesteps = timesteps;
        this.alphasCumprod = alphasCumprod;
        this.nextAlphasCumprod = nextAlphasCumprod;
    }

    /** Every step leads to the level of the next timestep, the last one to the clean latent. */
    static NoiseLevels chained(int[] timesteps, BetaSchedule betas) {
        int steps = timesteps.length;
        double[] here = new double[steps];
        double[] next = new double[steps];
        for (int i = 0; i < steps; i++) {
            here[i] = betas.alphaCumprod(timesteps[i]);
            next[i] = i + 1 < steps ? betas.alphaCumprod(timesteps[i + 1]) : 1;
        }
        return new NoiseLevels(timesteps, here, next);
    }

    public int steps() {
        return timesteps.length;
    }

    public int timestep(int index) {
        return timesteps[index];
    }

    /** All timesteps as the network takes them. */
    public double[] timesteps() {
        double[] values = new double[timesteps.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = timesteps[i];
        }
        return values;
    }

    /** Before the step. */
    public double alphaCumprod(int index) {
        return alphasCumprod[index];
    }

    /** What the latent is made of before the step. */
    NoiseLevel level(int index, Prediction prediction) {
        return NoiseLevel.variancePreserving(
                Math.sqrt(alphasCumprod[index]),
                Math.sqrt(1 - alphasCumprod[index]),
                prediction.form());
    }

    /** After the step. */
    public double nextAlphaCumprod(int index) {
        return nextAlphasCumprod[index];
    }

    /** Variance of the noise between the two levels of a step: the re-derived beta. */
    public double beta(int index) {
        return 1 - alphasCumprod[index] / nextAlphasCumprod[index];
    }

    /** Variance of the posterior. */
    public double posteriorVariance(int index) {
        return beta(index) * (1 - nextAlphasCumprod[index]) / (1 - alphasCumprod[index]);
    }

    /** Weight of x0 in the mean of the posterior. */
    public double posteriorWeightOfX0(int index) {
        return beta(index) * Math.sqrt(nextAlphasCumprod[index]) / (1 - alphasCumprod[index]);
    }

    /** Weight of the latent in the mean of the posterior. */
    public double posteriorWeightOfLatent(int index) {
        double alpha = alphasCumprod[index] / nextAlphasCumprod[index];
        return Math.sqrt(alpha) * (1 - nextAlphasCumprod[index]) / (1 - alphasCumprod[index]);
    }
}
