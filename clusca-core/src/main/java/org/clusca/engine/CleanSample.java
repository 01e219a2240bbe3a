package org.clusca.engine;

import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseLevel.Conversion;
import org.clusca.api.schedule.OutputForm;

/** Where a step was heading for: the latent without the noise that the network sees in it. */
final class CleanSample {
    private CleanSample() {}

    /**
     * @param level of the step; empty where the scheduler does not say
     * @param output {@code [images, outputs, ...]}, guidance applied
     * @param latent {@code [images, channels, ...]} that the network has seen
     * @param next that the step made of it
     */
    static Tensor of(Optional<NoiseLevel> level, Tensor output, Tensor latent, Tensor next) {
        if (level.isEmpty()) {
            return next;
        }
        Conversion conversion = level.get().conversion(level.get().output(), OutputForm.SAMPLE);
        float[] sample = latent.toArray();
        float[] outputs = output.toArray();
        int image = sample.length / latent.dimension(0);
        int stride = outputs.length / latent.dimension(0);
        for (int i = 0; i < sample.length; i++) {
            float given = outputs[i / image * stride + i % image];
            sample[i] = (float) (conversion.latent() * sample[i] + conversion.given() * given);
        }
        return Tensor.of(sample, latent.shape());
    }
}
