package org.example;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;

/** A scheduler: steps down in a straight line, a part of the network's output at a time. */
public final class StraightFactory implements SchedulerFactory {
    @Override
    public String name() {
        return "straight";
    }

    @Override
    public String configName() {
        return "StraightScheduler";
    }

    @Override
    public String description() {
        return "steps down in a straight line";
    }

    @Override
    public Scheduler create(Config config) {
        return new Straight(config.real("speed", 1));
    }

    record Straight(double speed) implements Scheduler {
        @Override
        public String name() {
            return "straight";
        }

        @Override
        public Map<String, Object> settings() {
            return Map.of("speed", speed);
        }

        @Override
        public int trainingSteps() {
            return 1000;
        }

        @Override
        public Schedule schedule(int steps) {
            return new Line(speed / steps, steps);
        }
    }

    record Line(double size, int steps) implements Schedule {
        @Override
        public double[] timesteps() {
            double[] timesteps = new double[steps];
            for (int i = 0; i < steps; i++) {
                timesteps[i] = 1000.0 * (steps - i) / steps - 1;
            }
            return timesteps;
        }

        @Override
        public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
            Tensor next = Tensor.of(latent.toArray(), latent.shape());
            int image = latent.size() / latent.dimension(0);
            int output = modelOutput.size() / latent.dimension(0);
            for (int i = 0; i < next.size(); i++) {
                float slope = modelOutput.data().get(i / image * output + i % image);
                next.data().put(i, (float) (next.data().get(i) - size * slope));
            }
            return next;
        }
    }
}
