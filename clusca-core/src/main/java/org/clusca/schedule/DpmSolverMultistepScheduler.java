package org.clusca.schedule;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.clusca.api.model.Config;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * DPM-Solver++ on the time grids of diffusers' {@code DPMSolverMultistepScheduler} (Lu et al. 2022,
 * "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models").
 *
 * <p>Variance channels of the network are left aside. A configuration of another scheduler may be
 * given; keys that this one does not know are not looked at, as in diffusers.
 */
public final class DpmSolverMultistepScheduler implements Scheduler {
    static final String NAME = "dpm-solver";

    /**
     * What diffusers puts in place of a last alphas_cumprod of 0: the least half-precision number.
     */
    private static final double LEAST_ALPHA = 0x1p-24;

    private final Config config;
    private final BetaSchedule betas;
    private final TimestepGrid grid;
    private final double[] trainingSigmas;
    private final KarrasSigmas karras;
    private final boolean useKarras;
    private final float finalSigma;
    private final Prediction prediction;
    private final DpmSolverOrder order;
    private final boolean heun;

    /**
     * @param config keys of {@link BetaSchedule}, and solver_order (2), solver_type (midpoint or
     *     heun), lower_order_final (true), euler_at_final (false), final_sigmas_type (zero or
     *     sigma_min), use_karras_sigmas (false), steps_offset (0), prediction_type (epsilon, sample
     *     or v_prediction), timestep_spacing (linspace, leading or trailing). Refused are
     *     thresholding, algorithm types other than dpmsolver++, the other grids of sigmas
     *     (use_exponential_sigmas, use_beta_sigmas, use_lu_lambdas, use_flow_sigmas),
     *     use_dynamic_shifting and a finite lambda_min_clipped
     * @throws org.clusca.api.CluscaException INVALID_MODEL
     */
    public DpmSolverMultistepScheduler(Config config) {
        this.config = config;
        Keys.refuse(
                config,
                "thresholding",
                "use_exponential_sigmas",
                "use_beta_sigmas",
                "use_lu_lambdas",
                "use_flow_sigmas",
                "use_dynamic_shifting");
        if (config.has("lambda_min_clipped")
                && !Objects.equals(
                        config.values().get("lambda_min_clipped"), Double.NEGATIVE_INFINITY)) {
            throw config.wrong("lambda_min_clipped", "-Infinity or missing");
        }
        // diffusers maps the names of DEIS and UniPC to its own, so that their files can be read.
        config.choice("algorithm_type", "dpmsolver++", "dpmsolver++", "deis");
        String solver =
                config.choice(
                        "solver_type", "midpoint", "midpoint", "heun", "logrho", "bh1", "bh2");
        this.heun = solver.equals("heun");
        this.betas = BetaSchedule.single(config);
        this.grid = TimestepGrid.of(config, "linspace", betas.trainingSteps());
        this.prediction = Prediction.of(config);
        this.trainingSigmas = trainingSigmas(betas, config.flag("rescale_betas_zero_snr", false));
        this.useKarras = config.flag("use_karras_sigmas", false);
        this.karras = KarrasSigmas.of(config, trainingSigmas);
        boolean endsAtZero =
                config.choice("final_sigmas_type", "zero", "zero", "sigma_min").equals("zero");
        this.finalSigma = endsAtZero ? 0 : (float) trainingSigmas[0];
        this.order = DpmSolverOrder.of(config, endsAtZero);
    }

    private static double[] trainingSigmas(BetaSchedule betas, boolean zeroTerminalSignal) {
        double[] alphas = betas.alphasCumprod();
        if (zeroTerminalSignal) {
            alphas[alphas.length - 1] = LEAST_ALPHA;
        }
        double[] sigmas = new double[alphas.length];
        for (int t = 0; t < sigmas.length; t++) {
            float ratio = (float) ((1 - alphas[t]) / alphas[t]);
            sigmas[t] = (float) Math.sqrt(ratio);
        }
        return sigmas;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<NoiseProcess> process() {
        return Optional.of(NoiseProcess.DIFFUSION);
    }

    @Override
    public Map<String, @Nullable Object> settings() {
        return config.values();
    }

    @Override
    public int trainingSteps() {
        return betas.trainingSteps();
    }

    @Override
    public Schedule schedule(int steps) {
        return new DpmSolverSchedule(timesteps(steps), sigmas(steps), prediction, order, heun);
    }

    /**
     * Ratios of noise to picture, {@code [steps + 1]}: before each step and after the last one.
     *
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER
     */
    public double[] sigmas(int steps) {
        Keys.requireSteps(steps, trainingSteps());
        double[] sigmas = new double[steps + 1];
        double[] ramp =
                useKarras ? karras.ramp(steps) : trainingSigmasAt(grid.timestepsAndEnd(steps));
        for (int i = 0; i < steps; i++) {
            sigmas[i] = (float) ramp[i];
        }
        sigmas[steps] = finalSigma;
        return sigmas;
    }

    private double[] timesteps(int steps) {
        Keys.requireSteps(steps, trainingSteps());
        double[] timesteps = new double[steps];
        int[] chosen = useKarras ? karras.timesteps(steps) : grid.timestepsAndEnd(steps);
        for (int i = 0; i < steps; i++) {
            timesteps[i] = chosen[i];
        }
        return timesteps;
    }

    private double[] trainingSigmasAt(int[] timesteps) {
        double[] sigmas = new double[timesteps.length];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = trainingSigmas[timesteps[i]];
        }
        return sigmas;
    }
}
