package org.clusca.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.Size;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Provenance;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.clusca.testing.GoldenDevice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole pipeline against diffusers: from the first prompt and a start latent to a video. */
@Tag("golden")
final class HunyuanPipelineGoldenTest {
    private static final Clusca CLUSCA = Clusca.create();
    private static Pipeline pipeline;
    private static SafetensorsFile golden;

    @BeforeAll
    static void open() {
        pipeline = CLUSCA.open(TinyHunyuan.folder(), GoldenDevice.options());
        golden = Golden.file("hunyuan", "pipeline_run.safetensors");
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Request.Builder request() {
        Request.Builder request =
                Request.builder()
                        .conditions(TinyHunyuan.prompts().get(0))
                        .steps(golden.shape("timesteps")[0])
                        .maxSequenceLength(TinyHunyuan.textLength())
                        .initialLatents(golden.tensor("noise"))
                        .keepLatents(true);
        return TinyHunyuan.takesGuidance() ? request.guidance(TinyHunyuan.GUIDANCE) : request;
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
                    generated.stepLatents().get(step),
                    expected.rows(step, step + 1),
                    GoldenDevice.within(1e-4, step + 1));
        }
        double most = GoldenDevice.within(1e-4, steps.size());
        Tensor video = nhwc(generated.pictures());
        int frames = video.dimension(0);
        assertThat(frames).isEqualTo(golden.shape("video_uint8")[1]);
        Tensor ends = golden.tensor("video_frames_0_8");
        Golden.assertClose("first frame", video.rows(0, 1), frame(ends, 0), most);
        Golden.assertClose("last frame", video.rows(frames - 1, frames), frame(ends, 1), most);
        assertThat(generated.report().provenance().guidance())
                .isEqualTo(TinyHunyuan.takesGuidance() ? TinyHunyuan.GUIDANCE : 1);
    }

    /** {@code [1, frames, h, w, 3]} to one of the frames {@code [1, h, w, 3]}. */
    private static Tensor frame(Tensor video, int frame) {
        int[] s = video.shape();
        return video.reshape(s[1], s[2], s[3], s[4]).rows(frame, frame + 1);
    }

    /** {@code [n, 3, h, w]} in [-1, 1] to {@code [n, h, w, 3]} in [0, 1]. */
    private static Tensor nhwc(Tensor x) {
        int plane = x.dimension(2) * x.dimension(3);
        Tensor result = Tensor.zeros(x.dimension(0), x.dimension(2), x.dimension(3), 3);
        for (int i = 0; i < x.size(); i++) {
            int channel = i / plane % 3;
            float value = Math.min(1, Math.max(0, x.data().get(i) / 2 + 0.5f));
            result.data().put((i / (3 * plane) * plane + i % plane) * 3 + channel, value);
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fora:interval=1",
                "taylorseer:interval=1",
                "clusca:interval=1,clusters=4",
                "teacache:threshold=0",
                "fbcache:threshold=0",
                "fbcache:threshold=0,last=1",
                "freqca:interval=1",
                "hyca:interval=1",
                "output:interval=1"
            })
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fora:interval=3",
                "taylorseer:interval=3,order=0",
                "taylorseer:interval=3,order=1",
                "taylorseer:interval=2,order=2",
                "clusca:interval=3,order=0,clusters=4",
                "clusca:interval=3,order=1,clusters=4,first=1",
                "clusca:interval=2,order=2,clusters=8",
                "clusca:interval=3,clusters=4,framewise=true,textpropagation=0",
                "toca:interval=3,ratio=0.3,score=random",
                "toca:interval=3,ratio=0.3,score=attention",
                "toca:interval=3,ratio=0.3,score=random,schedule=flux,full=regular",
                "duca:interval=4,ratio=0.3,score=random",
                "duca:interval=4,ratio=0.3,score=attention",
                "speca:order=1,compare=branch",
                "speca:order=1,first=1,min=0,threshold=1000,reject=true",
                "teacache:threshold=0.5",
                "fbcache:threshold=1",
                "fbcache:threshold=1,last=1",
                "freqca:interval=3,cutoff=0.3",
                "freqca:interval=3,transform=fft,first=1",
                "hyca:interval=2",
                "xslim",
                "xslim:steps=F.BTBT,blocks=100,joint=100,first=1,ratio=0.3",
                "output:as=velocity",
                "output:as=epsilon,interval=2",
                "output:as=sample,full=0-2-3"
            })
    void everyPolicyReusesSomething(String policy) {
        for (CachePrecision precision : CachePrecision.values()) {
            Generated generated =
                    pipeline.generate(
                            request()
                                    .policy(CLUSCA.policy(policy))
                                    .cachePrecision(precision)
                                    .decode(false)
                                    .build());
            assertThat(generated.latents().isFinite()).isTrue();
            assertThat(generated.report().count(StepKind.FULL))
                    .as("%s in %s", policy, precision)
                    .isLessThan(generated.report().steps().size());
            assertThat(generated.report().cacheBytes()).isPositive();
        }
    }

    @Test
    void publishedSettingsRun() {
        for (String policy :
                List.of(
                        "clusca",
                        "taylorseer",
                        "fora",
                        "toca",
                        "duca",
                        "speca",
                        "teacache",
                        "fbcache")) {
            assertThat(CLUSCA.policies().get(policy).published(pipeline.model().family()))
                    .as(policy)
                    .isNotEmpty();
            String named = policy.equals("clusca") ? "clusca:clusters=8" : policy;
            Generated generated =
                    pipeline.generate(
                            request()
                                    .policy(CLUSCA.policy(named, pipeline.model()))
                                    .steps(12)
                                    .decode(false)
                                    .build());
            assertThat(generated.latents().isFinite()).as(policy).isTrue();
        }
    }

    @Test
    void aReportMakesItsLatentsAgain() {
        Generated first =
                pipeline.generate(
                        Request.builder()
                                .conditions(TinyHunyuan.prompts().get(0))
                                .size(new Size(32, 16, 5))
                                .maxSequenceLength(TinyHunyuan.textLength())
                                .steps(3)
                                .seed(9)
                                .policy(CLUSCA.policy("taylorseer:interval=2", pipeline.model()))
                                .decode(false)
                                .build());
        Provenance made = first.report().provenance();
        assertThat(made.size()).isEqualTo(new Size(32, 16, 5));
        Generated again = pipeline.generate(CLUSCA.request(made).decode(false).build());
        assertThat(again.latents().toArray()).containsExactly(first.latents().toArray());
    }

    /** A sink gets the same frames, of several videos one after the other; nothing is kept. */
    @Test
    void framesAsTheyAreDecoded() {
        Request.Builder two =
                request().conditions(TinyHunyuan.prompts().subList(0, 2)).initialLatents(twice());
        Generated kept = pipeline.generate(two.build());
        List<float[]> frames = new ArrayList<>();
        List<Integer> indices = new ArrayList<>();
        Generated streamed =
                pipeline.generate(
                        two.frames(
                                        (index, rgb) -> {
                                            indices.add(index);
                                            frames.add(rgb.toArray());
                                        })
                                .build());
        int count = 2 * golden.shape("video_uint8")[1];
        assertThat(indices).isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(streamed.pictures().dimension(0)).isZero();
        assertThat(kept.pictures().dimension(0)).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            assertThat(frames.get(i)).containsExactly(kept.pictures().rows(i, i + 1).toArray());
        }
    }

    private static Tensor twice() {
        Tensor start = golden.tensor("noise");
        int[] shape = start.shape();
        shape[0] = 2;
        Tensor both = Tensor.zeros(shape);
        for (int i = 0; i < both.size(); i++) {
            both.data().put(i, start.data().get(i < start.size() ? i : both.size() - 1 - i));
        }
        return both;
    }

    /** Of several prompts each is what it would be alone, though their masks differ. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "taylorseer:interval=3,order=1"})
    void everyVideoEqualsItsSingleRun(String policy) {
        List<String> prompts = TinyHunyuan.prompts().subList(0, 2);
        Tensor starts = twice();
        Request.Builder builder = request().policy(CLUSCA.policy(policy));
        Generated together =
                pipeline.generate(builder.conditions(prompts).initialLatents(starts).build());
        int frames = together.pictures().dimension(0) / 2;
        for (int video = 0; video < 2; video++) {
            Generated alone =
                    pipeline.generate(
                            builder.conditions(prompts.get(video))
                                    .initialLatents(starts.rows(video, video + 1))
                                    .build());
            Golden.assertClose(
                    "latents of video " + video,
                    together.latents().rows(video, video + 1),
                    alone.latents(),
                    1e-5);
            Golden.assertClose(
                    "video " + video,
                    together.pictures().rows(video * frames, (video + 1) * frames),
                    alone.pictures(),
                    1e-5);
        }
    }
}
