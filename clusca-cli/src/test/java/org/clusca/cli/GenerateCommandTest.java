package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.io.Json;
import org.clusca.io.PngReader;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    @TempDir private Path folder;

    @Test
    void writesAPictureThatSaysHowItWasMade() {
        Path out = folder.resolve("sunflower.png");

        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "sunflower",
                        "--steps",
                        "4",
                        "--seed",
                        "7",
                        "--out",
                        out.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("full", "output", "decoding", out.toString());
        BufferedImage picture = PngReader.picture(out);
        assertThat(picture.getWidth()).isEqualTo(64);
        assertThat(PngReader.metadata(out))
                .containsEntry("model", "emoji")
                .containsEntry("class", "sunflower")
                .containsEntry("seed", "7")
                .containsEntry("steps", "4")
                .containsEntry("guidance", "3")
                .containsEntry("scheduler", "ddim")
                .containsEntry("policy", "output:interval=4,order=2,as=epsilon");
    }

    /** What is taken where no policy is asked for refuses nothing else that is. */
    @Test
    void thePolicyFitsWhatIsAskedFor() {
        assertThat(policyWith("--scheduler", "ddpm")).startsWith("taylorseer:");
        assertThat(policyWith("--clusterer", "random")).startsWith("clusca:");
        assertThat(policyWith("--scheduler", "dpm-solver")).startsWith("output:");
        assertThat(policyWith("--policy", "clusca:published,order=2"))
                .contains("order=2", "rows=apart", "empty=token0");
    }

    private String policyWith(String option, String value) {
        Path out = folder.resolve("fits.png");
        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "owl",
                        "--steps",
                        "3",
                        option,
                        value,
                        "--out",
                        out.toString());
        assertThat(run.code()).as(run.err()).isZero();
        return PngReader.metadata(out).get("policy");
    }

    @Test
    void saysHowManyStepsRanNoNetwork() {
        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "sunflower",
                        "--policy",
                        "output",
                        "--steps",
                        "12",
                        "--out",
                        folder.resolve("forecast.png").toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("policy output:interval=4,order=2,as=epsilon")
                .contains("8 of 12 steps ran no network");
    }

    @Test
    void refusesToForecastNoise() {
        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "sunflower",
                        "--policy",
                        "output",
                        "--scheduler",
                        "ddpm",
                        "--steps",
                        "12",
                        "--out",
                        folder.resolve("noise.png").toString());

        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("the scheduler is ddpm", "as=sample");
    }

    @Test
    void leadsAwayFromANegativePrompt() {
        Path out = folder.resolve("away.png");

        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "sunflower",
                        "--negative-prompt",
                        "40",
                        "--steps",
                        "4",
                        "--out",
                        out.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("guidance 3 away from 40");
        assertThat(PngReader.metadata(out)).containsEntry("negative prompt", "40");
    }

    @Test
    void reportsAsJson() {
        Path json = folder.resolve("report.json");

        Cli.run(
                "generate",
                "--class",
                "40",
                "--steps",
                "4",
                "--policy",
                "fora:interval=2",
                "--out",
                folder.resolve("a.png").toString(),
                "--json",
                json.toString());

        Map<String, Object> report = Json.read(json);
        assertThat(report)
                .containsKeys("model", "policy", "seed", "steps", "seconds", "flops", "cacheBytes")
                .containsEntry("policy", "fora:interval=2")
                .containsEntry("classes", List.of("sunflower"));
        assertThat((List<?>) report.get("steps"))
                .hasSize(4)
                .allSatisfy(
                        step ->
                                assertThat(((Map<?, ?>) step).keySet().toString())
                                        .contains("index", "timestep", "kind", "seconds"));
        assertThat(report.get("steps").toString()).contains("kind=full", "kind=predicted");
    }

    /** From what was measured a threshold can be chosen. */
    @Test
    void saysWhatWasMeasured() {
        Path json = folder.resolve("report.json");

        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "sunflower",
                        "--steps",
                        "8",
                        "--policy",
                        "teacache:threshold=0.6",
                        "--out",
                        folder.resolve("a.png").toString(),
                        "--json",
                        json.toString());

        assertThat(run.out())
                .contains("measured", "50 %", "input change, relative l1, by step (* in full):")
                .contains("sum of changes held against the threshold");
        Map<String, Object> report = Json.read(json);
        assertThat(report.get("measurements").toString())
                .contains("name=input change, relative l1", "steps=7", "50=0.");
        assertThat(report.get("steps").toString())
                .contains("measured={input change, relative l1=[", "judged={", "threshold=0.6");
        assertThat(run.out()).doesNotContain("sum of changes held against the threshold, by step");
    }

    /** All that a second run needs is in the report of the first. */
    @Test
    void aReportMakesItsPictureAgain() {
        Path json = folder.resolve("report.json");
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        String[] asked = {
            "generate", "--class", "owl", "--out", folder.resolve("a.png").toString()
        };
        assertThat(
                        run(
                                asked,
                                "--steps",
                                "3",
                                "--seed",
                                "11",
                                "--guidance",
                                "2.5",
                                "--scheduler",
                                "ddpm",
                                "--policy",
                                "fora:interval=2",
                                "--cache-type",
                                "bf16",
                                "--json",
                                json.toString(),
                                "--save-latents",
                                first.toString()))
                .isZero();
        Map<String, Object> report = Json.read(json);
        assertThat(report)
                .containsEntry("sequenceLength", 0)
                .containsEntry("size", Map.of("width", 64, "height", 64, "frames", 1));
        assertThat(report.get("fingerprint").toString()).matches("[0-9a-f]{32}");
        assertThat(report.get("schedulerSettings").toString()).contains("beta_schedule=");
        assertThat(report.get("versions").toString())
                .contains("onnxruntime=1.", "java=", "clusca=");
        assertThat(
                        run(
                                asked,
                                "--weights",
                                report.get("weights").toString(),
                                "--steps",
                                report.get("stepCount").toString(),
                                "--seed",
                                report.get("seed").toString(),
                                "--guidance",
                                report.get("guidance").toString(),
                                "--scheduler",
                                report.get("scheduler").toString(),
                                "--policy",
                                report.get("policy").toString(),
                                "--cache-type",
                                report.get("cacheType").toString(),
                                "--save-latents",
                                second.toString()))
                .isZero();
        assertThat(SafetensorsFile.open(second).tensor("latents").toArray())
                .containsExactly(SafetensorsFile.open(first).tensor("latents").toArray());
    }

    @Test
    void printsNothingButJsonWhenAskedFor() throws Exception {
        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "owl",
                        "--steps",
                        "2",
                        "--json",
                        "-",
                        "--out",
                        folder.resolve("a.png").toString());

        Path printed = Files.writeString(folder.resolve("printed.json"), run.out());
        assertThat(Json.read(printed)).containsKey("steps");
        assertThat(run.err()).contains("wrote");
    }

    @Test
    void drawsSeveralClassesAndCountsOnOneSheet() {
        Path out = folder.resolve("sheet.png");
        Path json = folder.resolve("sheet.json");

        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "owl",
                        "fox",
                        "--class",
                        "3",
                        "--count",
                        "2",
                        "--steps",
                        "2",
                        "--policy",
                        "none",
                        "--out",
                        out.toString(),
                        "--json",
                        json.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Json.read(json)).containsEntry("images", 6);
        assertThat(PngReader.metadata(out)).containsEntry("class", "owl, fox, strawberry");
        assertThat(PngReader.picture(out).getHeight()).isGreaterThan(3 * 64);
    }

    @Test
    void startsFromLatentsThatWereGiven() {
        Path first = folder.resolve("first.safetensors");
        Path noise = folder.resolve("noise.safetensors");
        Path second = folder.resolve("second.safetensors");
        String[] common = {
            "generate",
            "--class",
            "rocket",
            "--steps",
            "3",
            "--policy",
            "none",
            "--out",
            folder.resolve("r.png").toString()
        };

        assertThat(run(common, "--seed", "5", "--save-latents", first.toString())).isZero();
        SafetensorsFile saved = SafetensorsFile.open(first);
        assertThat(saved.entries().keySet())
                .containsExactly("latents", "step_0000", "step_0001", "step_0002");
        assertThat(saved.shape("step_0001")).containsExactly(1, 4, 32, 32);
        assertThat(saved.tensor("latents").toArray())
                .isEqualTo(saved.tensor("step_0002").toArray());

        // DDIM adds no noise of its own: the start decides, whatever the seed
        Tensor start = saved.tensor("step_0000");
        SafetensorsWriter.write(noise, Map.of("latents", start));
        assertThat(
                        run(
                                common,
                                "--seed",
                                "6",
                                "--initial-latents",
                                noise.toString(),
                                "--save-latents",
                                second.toString()))
                .isZero();
        float[] fromFile = SafetensorsFile.open(second).tensor("latents").toArray();
        assertThat(
                        run(
                                common,
                                "--initial-latents",
                                noise.toString(),
                                "--save-latents",
                                first.toString()))
                .isZero();
        assertThat(SafetensorsFile.open(first).tensor("latents").toArray()).isEqualTo(fromFile);
        assertThat(fromFile[0]).isNotCloseTo(start.data().get(0), within(1e-6f));
    }

    @Test
    void takesTheClustererOfThePolicy() {
        Path out = folder.resolve("c.png");

        Cli run =
                Cli.run(
                        "generate",
                        "--class",
                        "owl",
                        "--steps",
                        "3",
                        "--clusterer",
                        "kmeans(empty=zero)",
                        "--out",
                        out.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(PngReader.metadata(out).get("policy")).endsWith("clusterer=kmeans(empty=zero)");
    }

    private static int run(String[] common, String... more) {
        String[] all = Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return Cli.run(all).code();
    }
}
