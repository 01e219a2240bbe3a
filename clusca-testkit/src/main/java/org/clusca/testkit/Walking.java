package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.OutputForm;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;

/**
 * Gives the network inputs that are known ahead, whatever it answers, and keeps both.
 *
 * @param factor from each latent to the next
 */
record Walking(double[] steps, double factor, List<Tensor> latents, List<Tensor> outputs)
        implements Scheduler, Schedule {
    Walking(double factor, double... steps) {
        this(steps, factor, new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public String name() {
        return "walking";
    }

    @Override
    public int trainingSteps() {
        return 1000;
    }

    @Override
    public Schedule schedule(int count) {
        return this;
    }

    @Override
    public double[] timesteps() {
        return steps.clone();
    }

    @Override
    public Optional<NoiseLevel> level(int index) {
        return Optional.of(NoiseLevel.variancePreserving(0.6, 0.8, OutputForm.EPSILON));
    }

    @Override
    public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
        latents.add(Numbers.copy(latent));
        outputs.add(Numbers.copy(modelOutput));
        float[] next = latent.toArray();
        for (int i = 0; i < next.length; i++) {
            next[i] *= (float) factor;
        }
        return Tensor.of(next, latent.shape());
    }
}
