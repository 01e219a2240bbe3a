package org.clusca.schedule;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.model.Config;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * DDIM without noise (eta 0) on the time grids of diffusers' {@code DDIMScheduler} (Song et al.
 * 2021, "Denoising Diffusion Implicit Models").
 *
 * <p>Every step ends at the noise level of the next timestep. The published code ends it a fixed
 * stride of {@code num_train_timesteps / steps} lower, which is another level where the timesteps
 * are not that far apart (linspace; trailing where the steps do not divide the training timesteps);
 * the key {@code fixed_stride}, Clusca's own, replays that.
 *
 * <p>Variance channels of the network are left aside.
 */
public final class DdimScheduler implements Scheduler {
    static final String NAME = "ddim";

    private final Config config;
    private final BetaSchedule betas;
    private final TimestepGrid grid;
    private final boolean finalAlphaIsOne;
    private final boolean fixedStride;
    private final CleanLatent clean;

    /**
     * @param config keys of {@link BetaSchedule}, and clip_sample (true), clip_sample_range (1),
     *     set_alpha_to_one (true), steps_offset (0), prediction_type (epsilon, sample or
     *     v_prediction), timestep_spacing (leading, trailing or linspace), fixed_stride (false);
     *     thresholding is refused
     * @throws org.clusca.api.CluscaException INVALID_MODEL
     */
    public DdimScheduler(Config config) {
        this.config = config;
        this.betas = BetaSchedule.single(config);
        this.grid = TimestepGrid.of(config, "leading", betas.trainingSteps());
        this.finalAlphaIsOne = config.flag("set_alpha_to_one", true);
        this.fixedStride = config.flag("fixed_stride", false);
        this.clean = CleanLatent.of(config, true);
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
        return new DdimSchedule(levels(steps), clean, false);
    }

    /** The noise levels of a generation of {@code steps} steps. */
    public NoiseLevels levels(int steps) {
        int[] timesteps = grid.timesteps(steps);
        double[] here = new double[steps];
        double[] next = new double[steps];
        for (int i = 0; i < steps; i++) {
            here[i] = betas.alphaCumprod(timesteps[i]);
            next[i] =
                    after(
                            fixedStride
                                    ? timesteps[i] - trainingSteps() / steps
                                    : following(timesteps, i));
        }
        return new NoiseLevels(timesteps, here, next);
    }

    /** Below 0 after the last step: what comes is the clean latent. */
    private static int following(int[] timesteps, int index) {
        return index + 1 < timesteps.length ? timesteps[index + 1] : -1;
    }

    private double after(int timestep) {
        if (timestep >= 0) {
            return betas.alphaCumprod(timestep);
        }
        return finalAlphaIsOne ? 1 : betas.alphaCumprod(0);
    }
}
