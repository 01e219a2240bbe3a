package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.HashMap;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.model.Size;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Provenance;
import org.clusca.engine.Request;
import org.clusca.engine.Versions;
import org.clusca.engine.WeightFormat;
import org.clusca.engine.WeightFormats;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.onnx.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a report tells is enough to make its pictures again. */
final class ReproductionTest {
    private static final Clusca CLUSCA = Clusca.create();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none|ddim",
                "fora:interval=2|ddpm",
                "taylorseer:interval=3,keep=last|dpm-solver",
                "clusca:interval=3,clusters=8,clusterer=random|respaced",
                "toca:interval=3|ddim"
            })
    void aReportMakesItsLatentsAgain(String policy, String scheduler) {
        Generated first;
        Request asked;
        try (Pipeline pipeline = TinyDit.open()) {
            Map<String, Object> settings = new HashMap<>(pipeline.model().scheduler().values());
            settings.put("beta_end", 0.03);
            asked =
                    TinyDit.request(policy)
                            .conditions("tram", "3")
                            .count(2)
                            .negativePrompt("5")
                            .seed(-8)
                            .cachePrecision(CachePrecision.BFLOAT16)
                            .scheduler(CLUSCA.scheduler(scheduler, new Config("mine", settings)))
                            .build();
            first = pipeline.generate(asked);
            // what the report has to tell makes a difference
            assertThat(
                            pipeline.generate(
                                            asked.toBuilder()
                                                    .scheduler(pipeline.defaultScheduler())
                                                    .build())
                                    .latents()
                                    .toArray())
                    .isNotEqualTo(first.latents().toArray());
        }
        Request again =
                CLUSCA.request(first.report().provenance()).keepLatents(true).decode(false).build();
        assertThat(again.scheduler()).isNotSameAs(asked.scheduler());
        try (Pipeline pipeline = TinyDit.open()) {
            TinyDit.assertSameBits(policy, pipeline.generate(again), first);
        }
    }

    @Test
    void aReportSaysWhatMadeItsPictures() {
        try (Pipeline pipeline = CLUSCA.open(TinyDit.folder(), 0, WeightFormat.INT8)) {
            Provenance made =
                    pipeline.generate(TinyDit.request("fora").build()).report().provenance();
            assertThat(made.conditions()).containsExactly("tram");
            assertThat(made.labels()).hasSize(1);
            assertThat(made.steps()).isEqualTo(6);
            assertThat(made.guidance()).isEqualTo(1.5);
            assertThat(made.size()).isEqualTo(pipeline.model().size(latent(pipeline)));
            assertThat(made.sequenceLength()).isZero();
            assertThat(made.scheduler()).isEqualTo("ddim");
            assertThat(made.schedulerSettings()).isEqualTo(pipeline.model().scheduler().values());
            assertThat(made.origin()).isEqualTo(pipeline.origin());
            assertThat(made.origin().weights()).isEqualTo(WeightFormats.all(WeightFormat.INT8));
            assertThat(made.origin().computeType()).isEqualTo(ElementType.FLOAT32);
            assertThat(made.origin().fingerprint()).matches("[0-9a-f]{32}");
            assertThat(made.origin().versions().clusca()).isEqualTo(Versions.ofClusca());
            assertThat(made.origin().versions().onnxRuntime()).matches("1\\.\\d+\\.\\d+");
            assertThat(made.origin().versions().java())
                    .startsWith(System.getProperty("java.version"));
        }
    }

    private static int[] latent(Pipeline pipeline) {
        return pipeline.model().latentShape(Size.DEFAULT);
    }

    @Test
    void latentsOfTheCallersOwnAreNotInTheReport() {
        try (Pipeline pipeline = TinyDit.open()) {
            Tensor start = pipeline.generate(TinyDit.request("none").steps(1).build()).latents();
            Provenance made =
                    pipeline.generate(TinyDit.request("none").initialLatents(start).build())
                            .report()
                            .provenance();
            assertThat(made.seeded()).isFalse();
            assertRefused(
                    ErrorCode.INCOMPATIBLE,
                    () -> CLUSCA.request(made),
                    "came from its caller",
                    "by hand");
        }
    }
}
