package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.Golden;
import org.clusca.testing.GoldenDevice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole pipeline and the autoencoder against diffusers. */
@Tag("golden")
final class DitPipelineGoldenTest {
    @Test
    void decodesLikeDiffusers() {
        SafetensorsFile golden = Golden.file("dit", "vae.safetensors");
        Model model = Clusca.create().model(Golden.folder("dit").resolve("pipeline"));
        LatentCodec codec = model.codec().orElseThrow();
        OnnxGraph graph = new OnnxGraph("decoder", codec.weights());
        int[] shape = golden.shape("latent");
        Value latent =
                graph.input("latent", ElementType.FLOAT32, "batch", shape[1], "height", "width");
        graph.output("decoded", codec.decode(graph, latent));
        // the golden latent is already divided by the scaling factor, which decode does
        double scaling =
                Clusca.create()
                        .model(Golden.folder("dit").resolve("pipeline"))
                        .codec()
                        .map(c -> Golden.folder("dit").resolve("pipeline/vae/config.json"))
                        .map(file -> Json.read(file).get("scaling_factor"))
                        .map(value -> ((Number) value).doubleValue())
                        .orElseThrow();
        Tensor input = golden.tensor("latent");
        for (int i = 0; i < input.size(); i++) {
            input.data().put(i, (float) (input.data().get(i) * scaling));
        }
        try (OnnxSession session = OnnxSession.load(GoldenDevice.device(), graph)) {
            Tensor decoded =
                    session.run(Map.of("latent", input), "decoded", golden.shape("decoded"));
            Golden.assertClose("decoded", decoded, golden.tensor("decoded"), 1e-5);
        }
    }

    @Test
    void generatesLikeDiffusers() {
        SafetensorsFile golden = Golden.file("dit", "pipeline_run.safetensors");
        int steps = golden.shape("timesteps")[0];
        String[] labels =
                Arrays.stream(golden.longs("class_labels"))
                        .mapToObj(Long::toString)
                        .toArray(String[]::new);
        try (Pipeline pipeline =
                Clusca.create()
                        .open(Golden.folder("dit").resolve("pipeline"), GoldenDevice.options())) {
            double guidance = guidance(golden, pipeline.defaultScheduler(), steps);
            Generated generated =
                    pipeline.generate(
                            Request.builder()
                                    .conditions(labels)
                                    .steps(steps)
                                    .guidance(guidance)
                                    .initialLatents(golden.tensor("noise"))
                                    .keepLatents(true)
                                    .build());
            Tensor expected = golden.tensor("latents");
            int[] one = Arrays.copyOfRange(expected.shape(), 1, expected.rank());
            List<Tensor> latents = generated.stepLatents();
            assertThat(latents).hasSize(steps);
            for (int step = 0; step < steps; step++) {
                Golden.assertClose(
                        "latents after step " + step,
                        latents.get(step),
                        expected.rows(step, step + 1).reshape(one),
                        GoldenDevice.within(1e-4, step + 1, guidance));
            }
            assertThat(
                            generated.report().steps().stream()
                                    .mapToLong(s -> (long) s.timestep())
                                    .toArray())
                    .isEqualTo(golden.longs("timesteps"));
            Golden.assertClose(
                    "image",
                    nhwc(generated.pictures()),
                    golden.tensor("image"),
                    GoldenDevice.within(1e-4, steps, guidance));
        }
    }

    /**
     * The guidance scale of the recorded run, which the files do not name: the first latent is
     * linear in it, so it follows from the first step with the conditional output alone, and with
     * the unconditional one.
     */
    private static double guidance(SafetensorsFile golden, Scheduler scheduler, int steps) {
        Tensor noise = golden.tensor("noise");
        Tensor output = golden.tensor("model_out_step0");
        int images = noise.dimension(0);
        Tensor conditional = firstStep(scheduler, steps, output.rows(0, images), noise);
        Tensor unconditional = firstStep(scheduler, steps, output.rows(images, 2 * images), noise);
        Tensor recorded = golden.tensor("latents").rows(0, 1);
        double along = 0;
        double length = 0;
        for (int i = 0; i < noise.size(); i++) {
            double direction = conditional.data().get(i) - unconditional.data().get(i);
            along += direction * (recorded.data().get(i) - unconditional.data().get(i));
            length += direction * direction;
        }
        return Math.round(along / length * 1e3) / 1e3;
    }

    private static Tensor firstStep(Scheduler scheduler, int steps, Tensor output, Tensor noise) {
        return scheduler
                .schedule(steps)
                .step(
                        0,
                        output,
                        noise,
                        (step, shape) -> {
                            throw new AssertionError("the recorded scheduler draws no noise");
                        });
    }

    /** {@code [n, 3, h, w]} in [-1, 1] to {@code [n, h, w, 3]} in [0, 1]. */
    private static Tensor nhwc(Tensor x) {
        int n = x.dimension(0);
        int plane = x.dimension(2) * x.dimension(3);
        Tensor result = Tensor.zeros(n, x.dimension(2), x.dimension(3), 3);
        for (int i = 0; i < x.size(); i++) {
            int image = i / (3 * plane);
            int channel = i / plane % 3;
            float value = Math.min(1, Math.max(0, x.data().get(i) / 2 + 0.5f));
            result.data().put(image * 3 * plane + i % plane * 3 + channel, value);
        }
        return result;
    }
}
