package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.io.Json;
import org.clusca.io.PngReader;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a model of prompts. */
class FluxCommandTest {
    private static final String PROMPT = "Un café, 日本の桜 🌸";

    @TempDir private Path folder;

    private Cli run(String command, Path model, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command, "--model", model.toString()));
        arguments.addAll(List.of("--max-sequence-length", "24"));
        if (!command.equals("bench")) {
            arguments.addAll(List.of("--out", out().toString()));
        }
        arguments.addAll(Arrays.asList(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private Path out() {
        return folder.resolve("out.png");
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void drawsAPrompt() {
        Cli run =
                run(
                        "generate",
                        Flux.folder(),
                        "--prompt",
                        PROMPT,
                        "--width",
                        "128",
                        "--height",
                        "64",
                        "--steps",
                        "4",
                        "--json",
                        file("report.json"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains(PROMPT, "guidance 3.5", "a picture of 128x64");
        assertThat(PngReader.metadata(out()))
                .containsEntry("prompt", PROMPT)
                .containsEntry("guidance", "3.5")
                .containsEntry("scheduler", "flow-match-euler");
        assertThat(Json.read(folder.resolve("report.json")))
                .containsEntry("prompts", List.of(PROMPT));
    }

    @Test
    void drawsSeveralPromptsOnOneSheetAndSaysWhatWasCut() throws IOException {
        Path prompts = folder.resolve("prompts.txt");
        String longOne = "long ".repeat(120).strip();
        Files.writeString(prompts, "\ufeffa lamp, red\r\n\r\n  " + longOne + "\n");

        Cli run =
                run(
                        "generate",
                        Flux.folder(),
                        "--prompts",
                        prompts.toString(),
                        "--prompt",
                        "",
                        "--prompt",
                        "two\nlines",
                        "--width",
                        "32",
                        "--height",
                        "32",
                        "--count",
                        "2",
                        "--steps",
                        "1",
                        "--policy",
                        "none",
                        "--json",
                        file("report.json"));

        assertThat(run.code()).as(run.err()).isZero();
        Map<String, Object> report = Json.read(folder.resolve("report.json"));
        assertThat(report)
                .containsEntry("images", 8)
                .containsEntry("prompts", List.of("", "two\nlines", "a lamp, red", longOne));
        assertThat((List<?>) report.get("warnings")).hasSize(2);
        assertThat(run.err().lines())
                .hasSize(2)
                .allSatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("clusca: warning: The prompt has")
                                        .endsWith("long long'."))
                .anySatisfy(line -> assertThat(line).contains("CLIP takes 77"))
                .anySatisfy(line -> assertThat(line).contains("T5 takes 24"));
        assertThat(run.out()).contains("(empty), two lines, a lamp, red, long long", "…");
        assertThat(PngReader.metadata(out()).get("prompt"))
                .isEqualTo("\ntwo\nlines\na lamp, red\n" + longOne);
    }

    @Test
    void namesOfFilesAreShortAndSafe() {
        Model model = Clusca.create().model(Flux.folder());
        String prompt = "../Étude: \"a\"\t/ $(x) " + "🌸 und so weiter ".repeat(20);

        String stem = Subject.stem(model, List.of(prompt, prompt));

        assertThat(stem).startsWith("étude-a-x-und-so-weiter").matches("[\\p{L}\\p{N}-]{50,60}");
        assertThat(Subject.stem(model, List.of(""))).isEqualTo("prompt");
        assertThat(Subject.stem(model, List.of("7"))).isEqualTo("prompt-7");
        assertThat(Subject.stem(model, List.of("🌸", "b", "c", "d", "e")))
                .isEqualTo("b-c-and-2-more");
    }

    @Test
    void latentsThatWereGivenDecideTheSize() {
        Path latents = folder.resolve("latents.safetensors");
        Tensor start = Tensor.zeros(1, 16, 4, 6);
        for (int i = 0; i < start.size(); i++) {
            start.data().put(i, (float) Math.sin(i));
        }
        SafetensorsWriter.write(latents, Map.of("latents", start));
        String[] arguments = {
            "--prompt",
            "a lamp",
            "--steps",
            "2",
            "--policy",
            "fora",
            "--initial-latents",
            latents.toString()
        };

        Cli run = run("generate", Flux.folder(), with(arguments, "--save-latents", file("l.st")));

        assertThat(run.code()).as(run.err()).isZero();
        BufferedImage picture = PngReader.picture(out());
        assertThat(picture.getWidth()).isEqualTo(48);
        assertThat(picture.getHeight()).isEqualTo(32);
        assertThat(SafetensorsFile.open(folder.resolve("l.st")).shape("latents"))
                .containsExactly(1, 16, 4, 6);

        Cli other = run("generate", Flux.folder(), with(arguments, "--width", "64"));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("[1, 16, 128, 8], found F32 [1, 16, 4, 6]");
    }

    @Test
    void comparesAndShowsClusters() {
        Cli run =
                run(
                        "compare",
                        Flux.folder(),
                        "--prompt",
                        "a lamp on the " + "very ".repeat(40) + "long table",
                        "--width",
                        "96",
                        "--height",
                        "64",
                        "--steps",
                        "6",
                        "--policies",
                        "fora,clusca:clusters=4,interval=3",
                        "--show-clusters",
                        "--cache-type",
                        "bf16",
                        "--json",
                        file("table.json"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("FFFttF");
        List<?> policies = (List<?>) Json.read(folder.resolve("table.json")).get("policies");
        assertThat(policies)
                .hasSize(3)
                .allSatisfy(
                        row ->
                                assertThat((Double) ((Map<?, ?>) row).get("loadSeconds"))
                                        .isNotNegative());
        // three rows of pictures and one of clusters, wider than high
        assertThat(PngReader.picture(out()).getHeight()).isGreaterThan(4 * 64);
    }

    @Test
    void halfTheCacheInBf16() {
        for (String type : List.of("fp32", "bf16")) {
            Cli run =
                    run(
                            "generate",
                            Flux.folder(),
                            "--prompt",
                            "a lamp",
                            "--width",
                            "32",
                            "--height",
                            "32",
                            "--steps",
                            "3",
                            "--policy",
                            "taylorseer",
                            "--cache-type",
                            type,
                            "--json",
                            file(type));
            assertThat(run.code()).as(run.err()).isZero();
        }
        assertThat(cacheBytes("bf16")).isPositive().isEqualTo(cacheBytes("fp32") / 2);
    }

    @Test
    void policiesAreAsPublishedForTheFamily() {
        String published =
                "interval=5,clusters=16,order=1,propagation=0.005,textpropagation=0,first=3";
        String[] small = {"--width", "64", "--height", "64", "--prompt", "a", "--steps", "2"};

        run(
                "generate",
                Flux.folder(),
                with(small, "--policy", "clusca", "--json", file("generate")));
        run("compare", Flux.folder(), with(small, "--policies", "clusca", "--json", file("c")));
        run("bench", Flux.folder(), with(small, "--policies", "clusca", "--json", file("b")));

        assertThat((String) Json.read(folder.resolve("generate")).get("policy"))
                .startsWith("clusca:" + published);
        for (String report : List.of("c", "b")) {
            List<?> rows = (List<?>) Json.read(folder.resolve(report)).get("policies");
            Map<?, ?> last = (Map<?, ?>) rows.get(rows.size() - 1);
            assertThat((String) last.get("policy")).startsWith("clusca:" + published);
        }
        String own = "clusca:first=4,clusterer=random";
        Cli run =
                run(
                        "generate",
                        Flux.folder(),
                        with(small, "--policy", own, "--clusterer", "consecutive"));
        assertThat(run.out()).contains("textpropagation=0,first=4", "clusterer=consecutive");
        String[] owl = {"generate", "--class=owl", "--steps=1", "--policy=clusca", "--out"};
        assertThat(Cli.run(with(owl, file("o"))).out())
                .contains("propagation=0.007")
                .doesNotContain("textpropagation=0");
    }

    @Test
    void saysWhatMemoryItNeedsAndHowLongPromptsTook() {
        Cli run = drawn("--policy", "fora", "--json", file("report"));

        assertThat(run.out())
                .containsPattern("needs about [0-9.]+ [KMG]iB: ")
                .contains("weights", "encoders", "activations", "feature cache", "decoding");
        assertThat(run.out()).contains("loading took", "encoding prompts");
        assertThat(Json.read(folder.resolve("report")))
                .containsKeys("loadSeconds", "encodingSeconds");
    }

    @Test
    void whatFitsIntoTheCachesMemory() {
        long whole = cached("taylorseer:order=2");
        long order0 = cached("taylorseer:order=0", "--cache-type", "bf16");
        long last = cached("taylorseer:order=2,keep=last", "--cache-type", "bf16");

        fits(whole, "order=2", "fp32", whole);
        fits(whole - 1, "order=2", "bf16", whole / 2);
        fits(whole / 2 - 1, "order=1", "bf16", whole / 3);
        fits(order0, "order=0", "bf16", order0);
        fits(order0 - 1, "keep=last", "bf16", last);
        assertThat(drawn("--policy", "taylorseer:order=2", "--cache-memory", kib(last - 1)).err())
                .contains("--cache-memory", "is too little for policy taylorseer:", "at its least");
        assertThat(drawn("--policy", "fora", "--cache-memory", "1k").err())
                .contains("is too little for policy fora");
        assertThat(drawn("--cache-memory", "2g", "--cache-type", "bf16").err())
                .contains("leave --cache-type out");
        assertThat(drawn("--cache-memory", "2").err()).contains("such as 2g, found '2'");
        assertThat(drawn("--policy", "none", "--cache-memory", "0k").code()).isZero();
    }

    private void fits(long bytes, String policy, String type, long expected) {
        Cli run =
                drawn(
                        "--policy",
                        "taylorseer:order=2",
                        "--cache-memory",
                        kib(bytes),
                        "--json",
                        file("fits"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(policy, " in " + type);
        Map<String, Object> report = Json.read(folder.resolve("fits"));
        assertThat((String) report.get("policy")).contains(policy);
        assertThat(report).containsEntry("cacheType", type);
        assertThat(cacheBytes("fits")).isEqualTo(expected);
    }

    private static String kib(long bytes) {
        return bytes / 1024.0 + "k";
    }

    private long cached(String policy, String... more) {
        String[] arguments = {"--policy", policy, "--json", file("cached")};
        assertThat(drawn(with(arguments, more)).code()).isZero();
        return cacheBytes("cached");
    }

    private Cli drawn(String... more) {
        String[] small = {"--width", "32", "--height", "32", "--prompt", "a", "--steps", "1"};
        return run("generate", Flux.folder(), with(small, more));
    }

    private long cacheBytes(String report) {
        return ((Number) Json.read(folder.resolve(report)).get("cacheBytes")).longValue();
    }

    @Test
    void benches() {
        Cli run =
                run(
                        "bench",
                        Flux.folder(),
                        "--width",
                        "64",
                        "--height",
                        "64",
                        "--batch",
                        "1",
                        "--steps",
                        "5",
                        "--prompt",
                        "a lamp");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("batch 1", "full step", "tokens step");
    }

    @Test
    void aNetworkWithoutGuidanceTakesFourSteps() {
        Path model = Flux.distilled(folder.resolve("schnell"));

        Cli run = run("generate", model, "--prompt", "a", "--width", "64", "--height", "64");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("4 steps", "guidance 1\n");
        assertThat(Cli.run("inspect", "--model", model.toString()).out())
                .contains("guidance   none");
    }

    @Test
    void inspectsEveryComponent() {
        for (String[] arguments :
                new String[][] {
                    {"inspect", Flux.folder().toString()},
                    {"inspect", "--model", Flux.folder().toString()}
                }) {
            Cli run = Cli.run(arguments);

            assertThat(run.code()).as(run.out() + run.err()).isZero();
            for (String component :
                    List.of(
                            "scheduler",
                            "text_encoder",
                            "text_encoder_2",
                            "tokenizer",
                            "tokenizer_2",
                            "transformer",
                            "vae")) {
                assertThat(run.out()).containsPattern("(?m)^ *" + component + " .*(KiB|MiB) ");
            }
            assertThat(run.out())
                    .contains("adapter    flux", "classes    free text", "guidance   3.5")
                    .contains("of 4096 tokens and 512 of text, latents 16x128x128")
                    .containsPattern("transformer [0-9.]+ KiB, text_encoder [0-9.]+ KiB")
                    .contains("picture of 1024x1024", "feature cache of policy clusca")
                    .contains("nothing is missing");
        }
        assertThat(Cli.run("list", "--models").out()).contains("flux: FLUX.1");
    }

    private static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
