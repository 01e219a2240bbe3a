package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.engine.Generated;
import org.clusca.engine.LatentPreview;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.engine.Request;
import org.junit.jupiter.api.Test;

/** What is shown while a picture forms is like the picture, the more the later. */
final class PreviewTest {
    private static final int SIDE = 32;

    /** Of the embedded model's latents. */
    private static final int SCALE = 2;

    @Test
    void previewsBecomeThePicture() {
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            LatentPreview preview = pipeline.preview();
            List<Tensor> shown = new ArrayList<>();
            Generated generated =
                    pipeline.generate(
                            Request.builder()
                                    .conditions("sunflower")
                                    .seed(3)
                                    .steps(20)
                                    .listener(
                                            new ProgressListener() {
                                                @Override
                                                public void onLatents(
                                                        int index, Supplier<Tensor> sample) {
                                                    shown.add(preview.pictures(sample.get()));
                                                }

                                                @Override
                                                public void onStep(Progress progress) {}
                                            })
                                    .build());
            assertThat(shown).hasSize(20);
            Tensor picture = generated.pictures();
            double last = error(shown.get(19), picture);
            assertThat(last).isLessThan(0.25);
            assertThat(error(shown.get(0), picture)).isGreaterThan(1.5 * last);
            assertThat(preview.pictures(generated.latents()).shape())
                    .containsExactly(1, 3, SIDE, SIDE);
        }
    }

    /** Root mean square, in [-1, 1], against the means of the picture's pixels. */
    private static double error(Tensor small, Tensor picture) {
        double sum = 0;
        for (int colour = 0; colour < 3; colour++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    double mean = 0;
                    for (int i = 0; i < SCALE * SCALE; i++) {
                        int line = (colour * SIDE + y) * SCALE + i / SCALE;
                        mean += picture.data().get(line * SIDE * SCALE + x * SCALE + i % SCALE);
                    }
                    double found = small.data().get((colour * SIDE + y) * SIDE + x);
                    double difference = found - mean / (SCALE * SCALE);
                    sum += difference * difference;
                }
            }
        }
        return Math.sqrt(sum / (3 * SIDE * SIDE));
    }
}
