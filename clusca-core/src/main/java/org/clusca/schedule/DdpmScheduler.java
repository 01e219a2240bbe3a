package org.clusca.schedule;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.model.Config;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Ancestral sampling on the time grids of diffusers' {@code DDPMScheduler} (Ho et al. 2020,
 * "Denoising Diffusion Probabilistic Models").
 *
 * <p>With a fixed variance_type the variance channels of a network are left aside.
 */
public final class DdpmScheduler implements Scheduler {
    static final String NAME = "ddpm";

    private final Config config;
    private final BetaSchedule betas;
    private final TimestepGrid grid;
    private final CleanLatent clean;
    private final VarianceType varianceType;

    /**
     * @param config keys of {@link BetaSchedule}, and variance_type (fixed_small, fixed_small_log,
     *     fixed_large, fixed_large_log, learned or learned_range), clip_sample (true),
     *     clip_sample_range (1), steps_offset (0), prediction_type (epsilon, sample or
     *     v_prediction), timestep_spacing (leading, trailing or linspace); thresholding is refused
     * @throws org.clusca.api.CluscaException INVALID_MODEL
     */
    public DdpmScheduler(Config config) {
        this.config = config;
        this.betas = BetaSchedule.single(config);
        this.grid = TimestepGrid.of(config, "leading", betas.trainingSteps());
        this.clean = CleanLatent.of(config, true);
        this.varianceType = VarianceType.of(config, "fixed_small");
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
        return new DdpmSchedule(levels(steps), clean, varianceType);
    }

    /** The noise levels of a generation of {@code steps} steps. */
    public NoiseLevels levels(int steps) {
        int[] timesteps = grid.timesteps(steps);
        return NoiseLevels.chained(timesteps, betas);
    }
}
