package org.clusca.schedule;

import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;

/**
 * Deterministic steps (Song et al. 2021, "Denoising Diffusion Implicit Models", equation 12 with
 * eta 0).
 *
 * @param epsilonOfClipped whether the noise is derived again from a clipped x0
 */
record DdimSchedule(NoiseLevels levels, CleanLatent clean, boolean epsilonOfClipped)
        implements Schedule {

    @Override
    public double[] timesteps() {
        return levels.timesteps();
    }

    @Override
    public Optional<NoiseLevel> level(int index) {
        return Optional.of(levels.level(index, clean.prediction()));
    }

    @Override
    public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
        double signal = Math.sqrt(levels.alphaCumprod(index));
        double sigma = Math.sqrt(1 - levels.alphaCumprod(index));
        double nextSignal = Math.sqrt(levels.nextAlphaCumprod(index));
        double nextSigma = Math.sqrt(1 - levels.nextAlphaCumprod(index));
        float[] output = ModelOutput.prediction(modelOutput, latent);
        float[] values = latent.toArray();
        for (int i = 0; i < values.length; i++) {
            double predicted = clean.prediction().x0(output[i], values[i], signal, sigma);
            double x0 = clean.clip().apply(predicted);
            double epsilon =
                    epsilonOfClipped && x0 != predicted
                            ? (values[i] - signal * x0) / sigma
                            : clean.prediction().epsilon(output[i], values[i], signal, sigma);
            values[i] = (float) (nextSignal * x0 + nextSigma * epsilon);
        }
        return Tensor.of(values, latent.shape());
    }
}
