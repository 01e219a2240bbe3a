package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.io.Json;
import org.clusca.io.PngReader;
import org.clusca.io.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    @TempDir private Path folder;

    @Test
    void setsPoliciesAgainstTheFullComputation() {
        Path json = folder.resolve("table.json");
        Path out = folder.resolve("table.png");

        Cli run =
                Cli.run(
                        "compare",
                        "--policies",
                        "fora,clusca:interval=3,clusters=8",
                        "--class",
                        "owl",
                        "--steps",
                        "6",
                        "--json",
                        json.toString(),
                        "--out",
                        out.toString());

        assertThat(run.code()).as(run.err()).isZero();
        List<?> policies = (List<?>) Json.read(json).get("policies");
        assertThat(policies).hasSize(3);
        for (Object policy : policies) {
            assertThat(keys(policy))
                    .contains(
                            "policy",
                            "seconds",
                            "speedup",
                            "flops",
                            "flopsRatio",
                            "psnr",
                            "ssim",
                            "fullSteps",
                            "cachedSteps");
        }
        Map<?, ?> none = (Map<?, ?>) policies.get(0);
        assertThat(none.get("policy")).isEqualTo("none");
        assertThat(none.get("fullSteps")).isEqualTo(6);
        assertThat(none.get("psnr")).isNull();
        Map<?, ?> clusca = (Map<?, ?>) policies.get(2);
        assertThat((String) clusca.get("policy")).startsWith("clusca:interval=3,clusters=8");
        assertThat(clusca.get("fullSteps")).isEqualTo(3);
        assertThat(clusca.get("cachedSteps")).isEqualTo(3);
        assertThat((Double) clusca.get("flopsRatio")).isBetween(0.4, 0.7);
        assertThat((Double) clusca.get("psnr")).isGreaterThan(5);
        assertThat(run.out()).contains("FFttFt", "FFFFFF");
        assertThat(PngReader.metadata(out).get("policy")).contains("none", "fora", "clusca");
    }

    /** The full computation in float32 comes first, whatever was asked for. */
    @Test
    void typesOfComputingSideBySide() {
        Path json = folder.resolve("types.json");
        Path latents = folder.resolve("latents.safetensors");

        Cli run =
                Cli.run(
                        "compare",
                        "--policies",
                        "none,clusca:interval=3,clusters=8",
                        "--compute",
                        "int8:keep=2,tokens-int8",
                        "--class",
                        "owl",
                        "--steps",
                        "4",
                        "--json",
                        json.toString(),
                        "--save-latents",
                        latents.toString(),
                        "--out",
                        folder.resolve("types.png").toString());

        assertThat(run.code()).as(run.err()).isZero();
        List<?> policies = (List<?>) Json.read(json).get("policies");
        assertThat(policies.stream().map(policy -> (String) ((Map<?, ?>) policy).get("compute")))
                .containsExactly(
                        "fp32", "int8:keep=2", "int8:keep=2", "tokens-int8", "tokens-int8");
        assertThat(((Map<?, ?>) policies.get(1)).get("policy")).isEqualTo("none");
        assertThat((Double) ((Map<?, ?>) policies.get(1)).get("psnr")).isGreaterThan(25);
        assertThat(run.out()).contains("none int8:keep=2", "none tokens-int8");
        assertThat(folder.resolve("latents-none-int8-keep-2.safetensors")).exists();
    }

    @Test
    void aPolicyThatComputesEverythingGivesTheSamePictures() {
        Path json = folder.resolve("same.json");

        Cli.run(
                "compare",
                "--policies",
                "clusca:interval=1",
                "--class",
                "fox",
                "--steps",
                "3",
                "--json",
                json.toString(),
                "--out",
                folder.resolve("s.png").toString(),
                "--save-latents",
                folder.resolve("l.safetensors").toString());

        Map<?, ?> clusca = (Map<?, ?>) ((List<?>) Json.read(json).get("policies")).get(1);
        assertThat(clusca.get("psnr")).as("of equal pictures").isNull();
        assertThat(clusca.get("ssim")).isEqualTo(1.0);
        assertThat(latents("l-clusca.safetensors")).isEqualTo(latents("l-none.safetensors"));
    }

    /** The steps before those that are timed are fewer. */
    @Test
    void aPolicyForThisNumberOfStepsAlone() {
        Cli run =
                Cli.run(
                        "compare",
                        "--policies=output:full=0-3-6,order=1,xslim:steps=FF.T.FF",
                        "--class=fox",
                        "--steps=7",
                        "--out=" + folder.resolve("n.png"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("output:order=1,", "full=0-3-6", "xslim:steps=FF.T.FF");
    }

    @Test
    void interleavingChangesNoResult() {
        String[] common = {"--class", "tulip", "--steps", "5", "--seed", "3"};
        Cli.run(
                all(
                        common,
                        "compare",
                        "--policies",
                        "taylorseer,clusca",
                        "--out",
                        folder.resolve("c.png").toString(),
                        "--save-latents",
                        folder.resolve("l.safetensors").toString()));
        Cli.run(
                all(
                        common,
                        "generate",
                        "--policy",
                        "clusca",
                        "--out",
                        folder.resolve("g.png").toString(),
                        "--save-latents",
                        folder.resolve("alone.safetensors").toString()));

        assertThat(latents("l-clusca.safetensors")).isEqualTo(latents("alone.safetensors"));
    }

    @Test
    void paintsClusters() {
        Path plain = folder.resolve("plain.png");
        Path painted = folder.resolve("painted.png");
        String[] common = {"compare", "--policies", "clusca", "--class", "panda", "--steps", "5"};

        Cli.run(all(common, "--out", plain.toString()));
        Cli run =
                Cli.run(
                        all(
                                common,
                                "--show-clusters",
                                "--cluster-steps",
                                "2,4",
                                "--out",
                                painted.toString()));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(PngReader.picture(painted).getHeight())
                .isGreaterThan(PngReader.picture(plain).getHeight() + 100);
    }

    @Test
    void refusesStepsWithoutClusters() {
        Path out = folder.resolve("x.png");

        Cli run =
                Cli.run(
                        "compare",
                        "--policies",
                        "clusca",
                        "--class",
                        "panda",
                        "--steps",
                        "4",
                        "--cluster-steps",
                        "1",
                        "--out",
                        out.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("step 1 is not a cached step").contains("[2, 3]");
        assertThat(Files.exists(out)).isFalse();
    }

    private float[] latents(String name) {
        return SafetensorsFile.open(folder.resolve(name)).tensor("latents").toArray();
    }

    private static List<String> keys(Object map) {
        return ((Map<?, ?>) map).keySet().stream().map(String::valueOf).toList();
    }

    private static String[] all(String[] common, String... more) {
        boolean command = !common[0].startsWith("--");
        List<String> all = new ArrayList<>(List.of(command ? common : more));
        all.addAll(List.of(command ? more : common));
        return all.toArray(String[]::new);
    }
}
