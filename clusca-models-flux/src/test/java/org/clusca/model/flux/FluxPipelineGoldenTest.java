package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.Size;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Provenance;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.clusca.testing.GoldenDevice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole pipeline against diffusers: from the first prompt and a start latent to a picture. */
@Tag("golden")
final class FluxPipelineGoldenTest {
    /** What is said of the recorded run in a set's description; the tensors do not tell it. */
    private static final Pattern DESCRIPTION =
            Pattern.compile(
                    "`FluxPipeline`.* guidance_scale ([\\d.]+), max_sequence_length (\\d+)");

    private static final double GUIDANCE = described(1).orElse(3.5);

    private static final Clusca CLUSCA = Clusca.create();
    private static Pipeline pipeline;
    private static SafetensorsFile golden;

    @BeforeAll
    static void open() {
        pipeline = CLUSCA.open(TinyFlux.folder(), GoldenDevice.options());
        golden = Golden.file("flux", "pipeline_run.safetensors");
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Request.Builder request() {
        Request.Builder request =
                Request.builder()
                        .conditions(TinyFlux.prompts().get(0))
                        .steps(golden.shape("timesteps")[0])
                        .maxSequenceLength(textLength())
                        .initialLatents(golden.tensor("noise_unpacked"))
                        .keepLatents(true);
        return TinyFlux.takesGuidance() ? request.guidance(GUIDANCE) : request;
    }

    /** Where nothing is said, the whole set was made with one length. */
    private static int textLength() {
        int usual = Golden.file("flux", "tokens.safetensors").shape("t5_ids")[1];
        return (int) described(2).orElse(usual);
    }

    private static OptionalDouble described(int group) {
        Path description = Golden.folder("flux").resolveSibling("README.md");
        if (!Files.exists(description)) {
            return OptionalDouble.empty();
        }
        try {
            Matcher said = DESCRIPTION.matcher(Files.readString(description));
            return said.find()
                    ? OptionalDouble.of(Double.parseDouble(said.group(group)))
                    : OptionalDouble.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void generatesLikeDiffusers() {
        Generated generated = pipeline.generate(request().build());

        Tensor expected = golden.tensor("latents");
        Tensor timesteps = golden.tensor("timesteps");
        List<Report.Step> steps = generated.report().steps();
        assertThat(steps).hasSize(expected.dimension(0));
        for (int step = 0; step < steps.size(); step++) {
            assertThat(steps.get(step).timestep())
                    .isCloseTo(timesteps.data().get(step), within(1e-3));
            Golden.assertClose(
                    "latents after step " + step,
                    packed(generated.stepLatents().get(step)),
                    expected.rows(step, step + 1),
                    GoldenDevice.within(1e-4, step + 1));
        }
        Golden.assertClose(
                "final latent",
                generated.latents(),
                golden.tensor("latent_final_unpacked"),
                GoldenDevice.within(1e-4, steps.size()));
        Golden.assertClose(
                "image",
                nhwc(generated.pictures()),
                golden.tensor("image"),
                GoldenDevice.within(1e-4, steps.size()));
        assertThat(generated.report().provenance().guidance())
                .isEqualTo(TinyFlux.takesGuidance() ? GUIDANCE : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fora:interval=1", "taylorseer:interval=1", "clusca:interval=1"})
    void computingEverythingIsNoPolicyBitForBit(String policy) {
        Generated plain = pipeline.generate(request().build());
        Generated computed = pipeline.generate(request().policy(CLUSCA.policy(policy)).build());
        assertThat(computed.report().count(StepKind.FULL)).isEqualTo(plain.report().steps().size());
        for (int step = 0; step < plain.stepLatents().size(); step++) {
            assertThat(computed.stepLatents().get(step).toArray())
                    .as("%s, step %d", policy, step)
                    .containsExactly(plain.stepLatents().get(step).toArray());
        }
        assertThat(computed.pictures().toArray()).containsExactly(plain.pictures().toArray());
    }

    @Test
    void aReportMakesItsLatentsAgain() {
        Generated first =
                pipeline.generate(
                        Request.builder()
                                .conditions(TinyFlux.prompts())
                                .size(new Size(48, 32, 0))
                                .maxSequenceLength(textLength() - 1)
                                .steps(3)
                                .seed(9)
                                .policy(CLUSCA.policy("clusca:interval=2,clusters=4,order=0"))
                                .decode(false)
                                .build());
        Provenance made = first.report().provenance();
        assertThat(made.size()).isEqualTo(new Size(48, 32, 1));
        assertThat(made.sequenceLength()).isEqualTo(textLength() - 1);
        Generated again = pipeline.generate(CLUSCA.request(made).decode(false).build());
        assertThat(again.latents().toArray()).containsExactly(first.latents().toArray());
    }

    /** Of several prompts and pictures each is what it would be alone. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "taylorseer:interval=3,order=1"})
    void everyPictureEqualsItsSingleRun(String policy) {
        List<String> prompts = TinyFlux.prompts();
        int count = 2;
        Tensor start = golden.tensor("noise_unpacked");
        int images = count * prompts.size();
        int[] shape = start.shape();
        shape[0] = images;
        Tensor starts = Tensor.zeros(shape);
        for (int i = 0; i < starts.size(); i++) {
            int image = i / (start.size() / start.dimension(0));
            starts.data().put(i, start.data().get((i + 37 * image) % start.size()));
        }
        Request.Builder builder = request().steps(4).policy(CLUSCA.policy(policy));
        Generated together =
                pipeline.generate(
                        builder.conditions(prompts).count(count).initialLatents(starts).build());
        assertThat(together.report().provenance().images()).isEqualTo(images);
        assertThat(together.report().provenance().labels()).isEqualTo(new ArrayList<>(prompts));

        for (int image = 0; image < images; image++) {
            Generated alone =
                    pipeline.generate(
                            builder.conditions(prompts.get(image / count))
                                    .count(1)
                                    .initialLatents(starts.rows(image, image + 1))
                                    .build());
            String what = "image " + image;
            Golden.assertClose(
                    what, together.latents().rows(image, image + 1), alone.latents(), 1e-5);
            Golden.assertClose(
                    what, together.pictures().rows(image, image + 1), alone.pictures(), 1e-5);
        }
    }

    /** {@code [1, c, h, w]} to tokens {@code [1, h/2 * w/2, c * 4]}, as diffusers packs them. */
    private static Tensor packed(Tensor latent) {
        int channels = latent.dimension(1);
        int height = latent.dimension(2);
        int width = latent.dimension(3);
        Tensor tokens = Tensor.zeros(1, height * width / 4, 4 * channels);
        for (int i = 0; i < latent.size(); i++) {
            int channel = i / (height * width);
            int row = i / width % height;
            int column = i % width;
            int token = row / 2 * (width / 2) + column / 2;
            int place = 4 * channel + 2 * (row % 2) + column % 2;
            tokens.data().put(token * 4 * channels + place, latent.data().get(i));
        }
        return tokens;
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
