package org.clusca.testing;

import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;

/** Looks on while a scheduler steps. */
public final class RecordedSteps {
    private RecordedSteps() {}

    /** The same scheduler, which keeps the network's outputs as it is given them. */
    public static Scheduler watch(Scheduler scheduler, List<Tensor> outputs) {
        return new Scheduler() {
            @Override
            public String name() {
                return scheduler.name();
            }

            @Override
            public int trainingSteps() {
                return scheduler.trainingSteps();
            }

            @Override
            public Schedule schedule(int steps) {
                return watch(scheduler.schedule(steps), outputs);
            }

            @Override
            public Schedule schedule(int steps, int imageTokens) {
                return watch(scheduler.schedule(steps, imageTokens), outputs);
            }
        };
    }

    private static Schedule watch(Schedule schedule, List<Tensor> outputs) {
        return new Schedule() {
            @Override
            public double[] timesteps() {
                return schedule.timesteps();
            }

            @Override
            public double initialNoiseScale() {
                return schedule.initialNoiseScale();
            }

            @Override
            public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
                outputs.add(Tensor.of(modelOutput.toArray(), modelOutput.shape()));
                return schedule.step(index, modelOutput, latent, noise);
            }
        };
    }
}
