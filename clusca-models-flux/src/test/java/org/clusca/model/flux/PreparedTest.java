package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.Clusca;
import org.clusca.engine.MemoryPlan;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.onnx.OnnxEnvironment;
import org.junit.jupiter.api.Test;

/** What a request needs is told, and loaded, ahead of it. */
final class PreparedTest {
    private static Request.Builder request(Pipeline pipeline, String... prompts) {
        return Request.builder()
                .conditions(prompts)
                .steps(4)
                .size(TinyFlux.SIZE)
                .maxSequenceLength(20)
                .cachePrecision(CachePrecision.BFLOAT16)
                .policy(Clusca.create().policy("clusca:clusters=4", pipeline.model()));
    }

    @Test
    void preparingLoadsAllThatGeneratingNeeds() {
        float[] alone;
        try (Pipeline pipeline = Clusca.open(TinyFlux.folder())) {
            Request request = request(pipeline, "a lamp", "a fox").build();
            alone = pipeline.generate(request).pictures().toArray();
        }
        int before = OnnxEnvironment.openSessions();
        try (Pipeline pipeline = Clusca.open(TinyFlux.folder())) {
            Request request = request(pipeline, "a lamp", "a fox").build();

            Pipeline.Prepared prepared = pipeline.prepare(request);

            assertThat(prepared.loadSeconds()).isPositive();
            assertThat(prepared.encodingSeconds()).isPositive();
            // two encoders, the modulation, the text stream, the trunk in this form, the
            // autoencoder
            int loaded = OnnxEnvironment.openSessions();
            assertThat(loaded).isEqualTo(before + 6);
            assertThat(pipeline.generate(request).pictures().toArray()).isEqualTo(alone);
            assertThat(OnnxEnvironment.openSessions()).isEqualTo(loaded);
        }
    }

    @Test
    void thePlanCountsWhatIsNotLoadedYet() {
        try (Pipeline pipeline = Clusca.open(TinyFlux.folder())) {
            Request request = request(pipeline, "a lamp").build();
            MemoryPlan first = pipeline.plan(request);
            pipeline.prepare(request);
            MemoryPlan second = pipeline.plan(request);

            assertThat(first.weights()).isPositive();
            assertThat(first.encoders()).isPositive();
            assertThat(second)
                    .isEqualTo(
                            new MemoryPlan(
                                    0, 0, first.activations(), first.features(), first.decoding()));
            // another policy is another form of the trunk; the encoders stay
            MemoryPlan other =
                    pipeline.plan(
                            request(pipeline, "a fox")
                                    .policy(Clusca.create().policy("fora"))
                                    .build());
            assertThat(other.weights()).isPositive();
            assertThat(other.encoders()).isZero();
            assertThat(pipeline.generate(request).report().cacheBytes())
                    .isEqualTo(first.features());
        }
    }

    @Test
    void promptsMayChange() {
        try (Pipeline pipeline = Clusca.open(TinyFlux.folder())) {
            float[] lamp =
                    pipeline.generate(request(pipeline, "a lamp").build()).pictures().toArray();
            float[] fox =
                    pipeline.generate(request(pipeline, "a fox").build()).pictures().toArray();
            float[] again =
                    pipeline.generate(request(pipeline, "a lamp").build()).pictures().toArray();

            assertThat(fox).isNotEqualTo(lamp);
            assertThat(again).isEqualTo(lamp);
        }
    }
}
