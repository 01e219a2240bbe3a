package org.clusca.schedule;

import java.util.Arrays;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;

/** Steps along the velocity that the network predicts: {@code x + (next sigma - sigma) * v}. */
final class FlowMatchEulerSchedule implements Schedule {
    private final double[] sigmas;
    private final int trainingSteps;

    /**
     * @param sigmas one more than there are steps
     */
    FlowMatchEulerSchedule(double[] sigmas, int trainingSteps) {
        this.sigmas = sigmas;
        this.trainingSteps = trainingSteps;
    }

    @Override
    public double[] timesteps() {
        return Arrays.stream(sigmas, 0, sigmas.length - 1)
                .map(sigma -> (float) (sigma * trainingSteps))
                .toArray();
    }

    @Override
    public Optional<NoiseLevel> level(int index) {
        return Optional.of(NoiseLevel.straight(sigmas[index]));
    }

    @Override
    public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
        if (!Arrays.equals(modelOutput.shape(), latent.shape())) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The scheduler expects a velocity of the latent's shape "
                            + Arrays.toString(latent.shape())
                            + ", found a model output of shape "
                            + Arrays.toString(modelOutput.shape())
                            + ".");
        }
        float change = (float) (sigmas[index + 1] - sigmas[index]);
        float[] velocity = modelOutput.toArray();
        float[] values = latent.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += change * velocity[i];
        }
        return Tensor.of(values, latent.shape());
    }
}
