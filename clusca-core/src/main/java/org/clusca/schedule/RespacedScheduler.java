package org.clusca.schedule;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.model.Config;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The sampler of the original DiT repository (its {@code diffusion/respace.py} and {@code
 * gaussian_diffusion.py}, after Nichol and Dhariwal 2021, "Improved DDPM"): timesteps evenly from 0
 * to the noisiest one, and the diffusion process of these timesteps alone, in double precision.
 *
 * <p>No diffusers configuration names it; the class name {@code RespacedDDIM} and the key {@code
 * sampler} are Clusca's own. One step is timestep 0, as in the original: use at least two.
 */
public final class RespacedScheduler implements Scheduler {
    static final String NAME = "respaced";

    private final Config config;
    private final BetaSchedule betas;
    private final boolean ancestral;
    private final CleanLatent clean;
    private final VarianceType varianceType;

    /**
     * @param config keys of {@link BetaSchedule} without rescale_betas_zero_snr, and sampler (ddim
     *     or ddpm), variance_type for ddpm (learned_range), clip_sample (false, as the original's
     *     sample.py), clip_sample_range (1), prediction_type (epsilon, sample or v_prediction);
     *     thresholding is refused
     * @throws org.clusca.api.CluscaException INVALID_MODEL
     */
    public RespacedScheduler(Config config) {
        this.config = config;
        this.betas = BetaSchedule.exact(config);
        this.ancestral = config.choice("sampler", "ddim", "ddim", "ddpm").equals("ddpm");
        this.clean = CleanLatent.of(config, false);
        this.varianceType = VarianceType.of(config, "learned_range");
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
        NoiseLevels levels = levels(steps);
        return ancestral
                ? new DdpmSchedule(levels, clean, varianceType)
                : new DdimSchedule(levels, clean, true);
    }

    /** The noise levels of a generation of {@code steps} steps. */
    public NoiseLevels levels(int steps) {
        Keys.requireSteps(steps, trainingSteps());
        return NoiseLevels.chained(timesteps(steps), betas);
    }

    /** Strides are added up and each sum is rounded half to even, as the original does. */
    private int[] timesteps(int steps) {
        double stride = steps == 1 ? 1 : (trainingSteps() - 1.0) / (steps - 1);
        int[] timesteps = new int[steps];
        double sum = 0;
        for (int i = steps - 1; i >= 0; i--) {
            timesteps[i] = (int) Math.rint(sum);
            sum += stride;
        }
        return timesteps;
    }
}
