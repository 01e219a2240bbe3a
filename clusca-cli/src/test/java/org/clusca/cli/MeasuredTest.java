package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.Test;

/** What was measured on the model that ships, on few pictures. */
final class MeasuredTest {
    private static final int PICTURES = 8;
    private static final String PUBLISHED = "clusca:order=2,rows=apart";

    private static Generated generate(Pipeline pipeline, String policy) {
        List<String> classes = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            List<String> all = pipeline.model().conditioner().classes();
            classes.add(all.get((5 + 37 * i) % all.size()));
        }
        return pipeline.generate(
                Request.builder()
                        .conditions(classes)
                        .steps(50)
                        .guidance(3)
                        .seed(1000)
                        .policy(Clusca.create().policy(policy))
                        .decode(false)
                        .build());
    }

    /** Mean over the pictures, in dB. */
    private static double nearness(Generated generated, Generated reference) {
        double sum = 0;
        for (int i = 0; i < PICTURES; i++) {
            float[] a = generated.latents().rows(i, i + 1).toArray();
            float[] b = reference.latents().rows(i, i + 1).toArray();
            double squares = 0;
            for (int k = 0; k < a.length; k++) {
                squares += (a[k] - b[k]) * (a[k] - b[k]);
            }
            sum -= 10 * Math.log10(squares / a.length);
        }
        return sum / PICTURES;
    }

    /**
     * At the work of ClusCa as published, 11 full steps and 39 that refresh tokens, 12 full steps
     * and no network in between come nearer to 50 full ones; so does TaylorSeer when its full steps
     * lie there.
     */
    @Test
    void wideningFullStepsAndForecastOutputsComeNearerThanClusCa() {
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            Generated full = generate(pipeline, "none");
            Generated published = generate(pipeline, PUBLISHED);
            Generated output = generate(pipeline, "output");
            Generated branches = generate(pipeline, "taylorseer:interval=4,full=widening");

            assertThat(output.report().flops()).isLessThan(published.report().flops());
            assertThat(nearness(output, full)).isGreaterThan(nearness(published, full) + 1);
            assertThat(nearness(branches, full)).isGreaterThan(nearness(published, full) + 1);
        }
    }
}
