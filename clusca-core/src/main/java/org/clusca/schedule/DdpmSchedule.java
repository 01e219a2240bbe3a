package org.clusca.schedule;

import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * Ancestral steps: the mean of the posterior plus noise, except at timestep 0 (Ho et al. 2020,
 * algorithm 2).
 */
record DdpmSchedule(NoiseLevels levels, CleanLatent clean, VarianceType varianceType)
        implements Schedule {
    /** Keeps the logarithm of a posterior variance of 0 finite. */
    private static final double SMALLEST_VARIANCE = 1e-20;

    @Override
    public double[] timesteps() {
        return levels.timesteps();
    }

    @Override
    public Optional<NoiseLevel> level(int index) {
        return Optional.of(levels.level(index, clean.prediction()));
    }

    @Override
    public boolean addsNoise() {
        return true;
    }

    @Override
    public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
        double signal = Math.sqrt(levels.alphaCumprod(index));
        double sigma = Math.sqrt(1 - levels.alphaCumprod(index));
        double weightOfX0 = levels.posteriorWeightOfX0(index);
        double weightOfLatent = levels.posteriorWeightOfLatent(index);
        float[] output = ModelOutput.prediction(modelOutput, latent);
        float[] values = latent.toArray();
        double[] added = new double[values.length];
        if (levels.timestep(index) > 0) {
            added = scaledNoise(index, modelOutput, latent, noise);
        }
        for (int i = 0; i < values.length; i++) {
            double x0 = clean.x0(output[i], values[i], signal, sigma);
            values[i] = (float) (weightOfX0 * x0 + weightOfLatent * values[i] + added[i]);
        }
        return Tensor.of(values, latent.shape());
    }

    private double[] scaledNoise(int index, Tensor modelOutput, Tensor latent, NoiseSource source) {
        double small = Math.max(levels.posteriorVariance(index), SMALLEST_VARIANCE);
        double large = levels.beta(index);
        float @Nullable [] variance = learnedVariance(modelOutput, latent);
        float[] noise = source.noise(index, latent.shape()).toArray();
        double[] scaled = new double[noise.length];
        for (int i = 0; i < noise.length; i++) {
            double output = variance == null ? 0 : variance[i];
            scaled[i] = noise[i] * varianceType.deviation(small, large, output);
        }
        return scaled;
    }

    private float @Nullable [] learnedVariance(Tensor modelOutput, Tensor latent) {
        if (!varianceType.learned()) {
            return null;
        }
        float[] variance = ModelOutput.variance(modelOutput, latent);
        if (variance == null) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The scheduler's variance_type is learned, but the model predicts no variance:"
                            + " expected an output of "
                            + 2 * latent.dimension(1)
                            + " channels, found "
                            + modelOutput.dimension(1)
                            + "; set variance_type to fixed_small or fixed_large.");
        }
        return variance;
    }
}
