package org.clusca.schedule;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/** Configurations, tensors and loops that the tests of this package share. */
final class Schedules {
    /** For schedules that must not ask for noise. */
    static final NoiseSource NONE =
            (step, shape) -> {
                throw new AssertionError("noise was asked for at step " + step);
            };

    private Schedules() {}

    /** Keys and values in turn. */
    static Config config(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return new Config("scheduler_config.json", values);
    }

    static Tensor random(long seed, int... shape) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data().put(i, (float) random.nextGaussian());
        }
        return tensor;
    }

    static NoiseSource noise(long seed) {
        return (step, shape) -> random(seed + step, shape);
    }

    /** The last latent of a run in which every step has its own random model output. */
    static Tensor run(Schedule schedule, Tensor start, int outputChannels, NoiseSource noise) {
        Tensor latent = start;
        int[] shape = start.shape();
        shape[1] = outputChannels;
        for (int i = 0; i < schedule.timesteps().length; i++) {
            latent = schedule.step(i, random(100 + i, shape), latent, noise);
        }
        return latent;
    }
}
