package org.clusca.schedule;

import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.clusca.api.model.Config;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Euler steps along the straight paths of flow matching (Lipman et al. 2022, "Flow Matching for
 * Generative Modeling"), on the noise levels that the pipelines of FLUX and HunyuanVideo give to
 * diffusers' {@code FlowMatchEulerDiscreteScheduler}: evenly spaced from 1 to 1/steps, then shifted
 * towards the noisy end, by a fixed factor or by one that grows with the size of the image (Esser
 * et al. 2024, "Scaling Rectified Flow Transformers", section 5.3.2).
 */
public final class FlowMatchEulerScheduler implements Scheduler {
    static final String NAME = "flow-match-euler";

    private final Config config;
    private final int trainingSteps;
    private final boolean dynamic;
    private final boolean exponential;
    private final double shift;
    private final double baseShift;
    private final double maxShift;
    private final int baseTokens;
    private final int maxTokens;
    private final double terminal;

    /**
     * @param config shift (1), or with use_dynamic_shifting (false) instead: base_shift (0.5),
     *     max_shift (1.15), base_image_seq_len (256), max_image_seq_len (4096), time_shift_type
     *     (exponential or linear); shift_terminal (none), num_train_timesteps (1000). Refused are
     *     the other grids (use_karras_sigmas, use_exponential_sigmas, use_beta_sigmas),
     *     invert_sigmas, stochastic_sampling and networks that predict something else than the
     *     velocity
     * @throws org.clusca.api.CluscaException INVALID_MODEL
     */
    public FlowMatchEulerScheduler(Config config) {
        this.config = config;
        Keys.refuse(
                config,
                "use_karras_sigmas",
                "use_exponential_sigmas",
                "use_beta_sigmas",
                "invert_sigmas",
                "stochastic_sampling");
        config.choice("prediction_type", "flow_prediction", "flow_prediction");
        trainingSteps = config.whole("num_train_timesteps", 1000);
        if (trainingSteps < 1) {
            throw config.wrong("num_train_timesteps", "at least 1");
        }
        dynamic = config.flag("use_dynamic_shifting", false);
        exponential =
                config.choice("time_shift_type", "exponential", "exponential", "linear")
                        .equals("exponential");
        shift = positive(config, "shift", 1);
        boolean positiveOnly = dynamic && !exponential;
        baseShift =
                positiveOnly ? positive(config, "base_shift", 0.5) : config.real("base_shift", 0.5);
        maxShift =
                positiveOnly ? positive(config, "max_shift", 1.15) : config.real("max_shift", 1.15);
        baseTokens = config.whole("base_image_seq_len", 256);
        maxTokens = config.whole("max_image_seq_len", 4096);
        if (baseTokens < 1) {
            throw config.wrong("base_image_seq_len", "at least 1");
        }
        if (maxTokens <= baseTokens) {
            throw config.wrong("max_image_seq_len", "above base_image_seq_len");
        }
        terminal = config.real("shift_terminal", 0);
        if (!(terminal >= 0 && terminal < 1)) {
            throw config.wrong("shift_terminal", "from 0 to below 1");
        }
    }

    private static double positive(Config config, String key, double missing) {
        double value = config.real(key, missing);
        if (!(value > 0)) {
            throw config.wrong(key, "above 0");
        }
        return value;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<NoiseProcess> process() {
        return Optional.of(NoiseProcess.FLOW_MATCHING);
    }

    @Override
    public Map<String, @Nullable Object> settings() {
        return config.values();
    }

    @Override
    public int trainingSteps() {
        return trainingSteps;
    }

    /** Of an image of base_image_seq_len tokens, where the size matters. */
    @Override
    public Schedule schedule(int steps) {
        return schedule(steps, baseTokens);
    }

    @Override
    public Schedule schedule(int steps, int imageTokens) {
        return new FlowMatchEulerSchedule(sigmas(steps, imageTokens), trainingSteps);
    }

    /**
     * Shares of noise, {@code [steps + 1]}: before each step and after the last one, which is 0.
     *
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER
     */
    public double[] sigmas(int steps, int imageTokens) {
        Keys.requireSteps(steps, trainingSteps);
        DoubleUnaryOperator shifted = shifted(imageTokens);
        double[] sigmas = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = shifted.applyAsDouble((double) (steps - i) / steps);
        }
        // one step has but the first level, which stays where it is
        double stretch = terminal > 0 && steps > 1 ? (1 - terminal) / (1 - sigmas[steps - 1]) : 1;
        for (int i = 0; i < steps; i++) {
            sigmas[i] = (float) (1 - (1 - sigmas[i]) * stretch);
        }
        return sigmas;
    }

    private DoubleUnaryOperator shifted(int imageTokens) {
        double factor = dynamic ? factor(mu(imageTokens)) : shift;
        return sigma -> factor / (factor + (1 / sigma - 1));
    }

    private double factor(double mu) {
        return exponential ? Math.exp(mu) : mu;
    }

    /** Linear in the number of tokens, also beyond the two that the configuration names. */
    double mu(int imageTokens) {
        double slope = (maxShift - baseShift) / (maxTokens - baseTokens);
        return baseShift + slope * (imageTokens - baseTokens);
    }
}
