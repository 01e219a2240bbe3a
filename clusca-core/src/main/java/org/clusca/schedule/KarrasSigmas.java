package org.clusca.schedule;

import org.clusca.api.model.Config;

/**
 * Noise ratios evenly spaced in their seventh root (Karras et al. 2022, "Elucidating the Design
 * Space of Diffusion-Based Generative Models", equation 5), and the timesteps nearest to them.
 */
final class KarrasSigmas {
    private static final double RHO = 7;

    private final double[] logSigmas;
    private final double least;
    private final double most;
    private final boolean rounds;

    private KarrasSigmas(double[] logSigmas, double least, double most, boolean rounds) {
        this.logSigmas = logSigmas;
        this.least = least;
        this.most = most;
        this.rounds = rounds;
    }

    /**
     * @param config sigma_min and sigma_max replace the ends of the training schedule
     * @param trainingSigmas one per training timestep, ascending
     */
    static KarrasSigmas of(Config config, double[] trainingSigmas) {
        double[] logs = new double[trainingSigmas.length];
        for (int t = 0; t < logs.length; t++) {
            logs[t] = (float) Math.log(trainingSigmas[t]);
        }
        return new KarrasSigmas(
                logs,
                config.real("sigma_min", trainingSigmas[0]),
                config.real("sigma_max", trainingSigmas[logs.length - 1]),
                !config.text("beta_schedule", "linear").equals("squaredcos_cap_v2"));
    }

    /** Largest first. */
    double[] ramp(int steps) {
        double high = Math.pow(most, 1 / RHO);
        double low = Math.pow(least, 1 / RHO);
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++) {
            double share = steps == 1 ? 0 : (double) i / (steps - 1);
            sigmas[i] = Math.pow(high + share * (low - high), RHO);
        }
        return sigmas;
    }

    /** Whole timesteps: the nearest ones, but the next lower ones on the cosine schedule. */
    int[] timesteps(int steps) {
        double[] sigmas = ramp(steps);
        int[] timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            double timestep = timestep(Math.log(Math.max(sigmas[i], 1e-10)));
            timesteps[i] = (int) (rounds ? Math.rint(timestep) : timestep);
        }
        return timesteps;
    }

    private double timestep(double logSigma) {
        int low = 0;
        while (low < logSigmas.length - 2 && logSigmas[low + 1] <= logSigma) {
            low++;
        }
        if (low + 1 == logSigmas.length) {
            return low;
        }
        double share = (logSigmas[low] - logSigma) / (logSigmas[low] - logSigmas[low + 1]);
        return low + Math.max(0, Math.min(1, share));
    }
}
