package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.model.Size;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Json;
import org.clusca.io.Pictures;
import org.clusca.io.PngReader;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a model of videos. */
class HunyuanCommandTest {
    private static final String PROMPT = "Un café, 日本の桜 🌸";
    private static final String[] SMALL = {"--width", "48", "--height", "32", "--frames", "9"};

    @TempDir private Path folder;

    private Cli run(String command, String out, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--model", Hunyuan.folder().toString()));
        arguments.addAll(List.of("--max-sequence-length", "32", "--steps", "3"));
        arguments.addAll(List.of("--out", file(out)));
        arguments.addAll(List.of("--json", file("report.json")));
        arguments.addAll(Arrays.asList(more));
        Cli run = Cli.run(arguments.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        return run;
    }

    private static String[] small(String... more) {
        return Stream.of(SMALL, more).flatMap(Arrays::stream).toArray(String[]::new);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Map<String, Object> report() {
        return Json.read(folder.resolve("report.json"));
    }

    private static List<BufferedImage> frames(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(PngReader::picture).toList();
        }
    }

    private static Generated generated(String... prompts) {
        try (Pipeline pipeline = Clusca.create().open(Hunyuan.folder(), 0)) {
            return pipeline.generate(
                    Request.builder()
                            .conditions(prompts)
                            .steps(3)
                            .maxSequenceLength(32)
                            .size(new Size(48, 32, 9))
                            .build());
        }
    }

    private static void assertEqual(List<BufferedImage> found, List<BufferedImage> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(Pictures.pixels(found.get(i)).data())
                    .as("frame %d", i)
                    .isEqualTo(Pictures.pixels(expected.get(i)).data());
        }
    }

    @Test
    void writesAnMp4() throws IOException {
        Cli run =
                run(
                        "generate",
                        "fox.mp4",
                        small("--prompt", PROMPT, "--fps", "12", "--policy", "clusca:clusters=8"));

        assertThat(run.out())
                .contains(PROMPT, "guidance 6", "fox.mp4: 9 frames of 48x32, 12 a second");
        assertThat(report())
                .containsEntry("prompts", List.of(PROMPT))
                .containsEntry("out", file("fox.mp4"))
                .containsEntry("frames", 9)
                .containsEntry("framesPerSecond", 12);
        String bytes = Files.readString(folder.resolve("fox.mp4"), StandardCharsets.ISO_8859_1);
        assertThat(bytes)
                .contains("ftyp", "avc1", "policy", "clusca:")
                .contains(
                        new String(
                                PROMPT.getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1));
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void severalVideosAreNumberedFoldersOfTheEnginesFrames() throws IOException {
        run(
                "generate",
                "frames",
                small("--prompt", "a lamp", "--prompt", "a fox", "--policy", "none"));

        List<BufferedImage> expected = Pictures.of(generated("a lamp", "a fox").pictures());
        assertEqual(frames(folder.resolve("frames-1")), expected.subList(0, 9));
        assertEqual(frames(folder.resolve("frames-2")), expected.subList(9, 18));
        assertThat(report())
                .containsEntry("out", List.of(file("frames-1"), file("frames-2")))
                .containsEntry("images", 2);
        assertThat(PngReader.metadata(folder.resolve("frames-2/frame-00003.png")))
                .containsEntry("prompt", "a lamp\na fox")
                .containsEntry("video", "2 of 2")
                .containsEntry("seed", "0")
                .containsEntry("steps", "3")
                .containsEntry("guidance", "6")
                .containsEntry("scheduler", "flow-match-euler")
                .containsEntry("policy", "none");
    }

    @Test
    void smallTilesMakeTheSameKindOfVideo() throws IOException {
        run(
                "generate",
                "whole",
                "--prompt",
                "a",
                "--width",
                "128",
                "--height",
                "32",
                "--frames",
                "1",
                "--policy",
                "none");
        run(
                "generate",
                "tiled",
                "--prompt",
                "a",
                "--width",
                "128",
                "--height",
                "32",
                "--frames",
                "1",
                "--policy",
                "none",
                "--tile",
                "96");

        BufferedImage whole = frames(folder.resolve("whole")).get(0);
        BufferedImage tiled = frames(folder.resolve("tiled")).get(0);
        Quality quality = Quality.of(List.of(tiled), List.of(whole));
        assertThat(quality.psnr()).isBetween(10.0, 100.0);
    }

    @Test
    void latentsComeAndGo() {
        Tensor start = Tensor.zeros(1, 16, 2, 4, 6);
        for (int i = 0; i < start.size(); i++) {
            start.data().put(i, (float) Math.sin(i));
        }
        SafetensorsWriter.write(folder.resolve("start"), Map.of("latents", start));

        Cli run =
                run(
                        "generate",
                        "fox.apng",
                        "--prompt",
                        "a lamp",
                        "--policy",
                        "none",
                        "--initial-latents",
                        file("start"),
                        "--save-latents",
                        file("end"));

        assertThat(run.out()).contains("5 frames of 48x32");
        assertThat(SafetensorsFile.open(folder.resolve("end")).entries())
                .containsKeys("step_0000", "step_0002")
                .hasEntrySatisfying(
                        "latents",
                        entry -> assertThat(entry.shape()).containsExactly(1, 16, 2, 4, 6));
        assertThat(PngReader.metadata(folder.resolve("fox.apng")))
                .containsEntry("prompt", "a lamp");
    }

    @Test
    void comparesFrameByFrame() throws IOException {
        Cli run =
                run(
                        "compare",
                        "both",
                        small(
                                "--prompt",
                                "a lamp",
                                "--prompt",
                                "a fox",
                                "--policies",
                                "none,taylorseer:first=1",
                                "--save-latents",
                                file("latents.safetensors")));

        assertThat(run.out())
                .contains("flicker", "2 policies side by side in ", "9 frames of")
                .containsPattern("none +[0-9.]+ +1\\.00x .* - +- +- +3 +0");
        List<BufferedImage> first = frames(folder.resolve("both-1"));
        assertThat(first).hasSize(9);
        BufferedImage expected = Pictures.of(generated("a lamp", "a fox").pictures()).get(13);
        assertThat(holds(frames(folder.resolve("both-2")).get(4), expected)).isTrue();
        assertThat(folder.resolve("latents-taylorseer.safetensors")).exists();

        List<?> policies = (List<?>) report().get("policies");
        Map<?, ?> none = (Map<?, ?>) policies.get(0);
        Map<?, ?> cached = (Map<?, ?>) policies.get(1);
        assertThat(none.get("flicker")).isEqualTo(0.0);
        assertThat((List<?>) none.get("framePsnr")).hasSize(18).containsOnlyNulls();
        assertThat((List<?>) cached.get("frameSsim")).hasSize(18);
        assertThat((double) cached.get("flicker")).isPositive();
        assertThat((double) cached.get("psnr"))
                .isCloseTo(
                        ((List<?>) cached.get("framePsnr"))
                                .stream().mapToDouble(value -> (double) value).average().orElse(0),
                        within(1e-9));
        assertThat((double) cached.get("decodingSeconds")).isPositive();
        assertThat((double) cached.get("seconds"))
                .isGreaterThan((double) cached.get("decodingSeconds"));
    }

    /** Whether a sheet shows a picture, as it is or enlarged by a whole factor. */
    private static boolean holds(BufferedImage sheet, BufferedImage picture) {
        int factor = 128 / Math.max(picture.getWidth(), picture.getHeight());
        for (int top = 0; top + factor * picture.getHeight() <= sheet.getHeight(); top++) {
            for (int left = 0; left + factor * picture.getWidth() <= sheet.getWidth(); left++) {
                if (at(sheet, left, top, factor, picture)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean at(
            BufferedImage sheet, int left, int top, int factor, BufferedImage picture) {
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if (sheet.getRGB(left + factor * x, top + factor * y) != picture.getRGB(x, y)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void isListedAndInspected() {
        assertThat(Cli.run("list").out()).contains("hunyuan-video: HunyuanVideo");
        Cli run = Cli.run("inspect", "--scan", Hunyuan.folder().toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("adapter    hunyuan-video", "FlowMatchEulerDiscreteScheduler")
                .containsPattern("tokens and 256 of text, latents [0-9]+x16x68x120")
                .contains("for a video of 61 frames of 960x544", "nothing is missing");
    }

    @Test
    void whatIsUnfinishedLeavesNothing() {
        VideoShape shape = new VideoShape(2, 16, 16);
        BufferedImage frame = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (String name : List.of("v.mp4", "v.png", "v")) {
            try (VideoOutput output =
                    new VideoOutput(folder.resolve(name), 2, shape, 24, Map.of())) {
                output.check();
                output.add(0, frame);
                output.add(1, frame);
                output.add(2, frame);
            }
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("v-1.mp4", "v-1.png", "v-1");
    }
}
