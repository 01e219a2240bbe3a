package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.engine.Pipeline;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir private Path folder;

    @Test
    void timesTheEmbeddedModel() {
        Path json = folder.resolve("bench.json");

        Cli run =
                Cli.run(
                        "bench",
                        "--policies",
                        "none,clusca",
                        "--steps",
                        "4",
                        "--repeat",
                        "2",
                        "--json",
                        json.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("full step", "tokens step", "clustering", "fewer FLOPs", "load s");
        Map<String, Object> report = Json.read(json);
        assertThat(report).containsEntry("model", "emoji").containsKeys("peakBytes", "weightBytes");
        Map<?, ?> clusca = (Map<?, ?>) ((List<?>) report.get("policies")).get(1);
        Map<?, ?> full = (Map<?, ?>) ((Map<?, ?>) clusca.get("steps")).get("full");
        Map<?, ?> tokens = (Map<?, ?>) ((Map<?, ?>) clusca.get("steps")).get("tokens");
        assertThat((Double) clusca.get("flopsRatio")).isBetween(0.1, 0.9);
        assertThat((Double) clusca.get("speedupOfFlops"))
                .isCloseTo(
                        (Double) clusca.get("speedup") * (Double) clusca.get("flopsRatio"),
                        within(1e-9));
        assertThat(full.get("count")).isEqualTo(4);
        assertThat(tokens.get("count")).isEqualTo(4);
        assertThat((Double) tokens.get("minSeconds"))
                .isPositive()
                .isLessThanOrEqualTo((Double) tokens.get("medianSeconds"));
    }

    @Test
    void anOddBatchRunsWithoutGuidance() {
        Cli run = Cli.run("bench", "--batch", "1", "--policies", "none", "--steps", "2");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("batch 1");
    }

    @Test
    void randomWeightsAreANetworkOfTheNamedSize() {
        Architecture architecture = Architecture.named("DiT-S-4");

        Path file = RandomWeights.write(architecture, folder);

        try (Pipeline pipeline = Clusca.open(file)) {
            Model model = pipeline.model();
            assertThat(model.transformer().spec().branches()).hasSize(24);
            assertThat(model.transformer().spec().branches().get(0).tokens()).isEqualTo(64);
            assertThat(model.transformer().spec().branches().get(0).width()).isEqualTo(384);
        }
        Tensor weights = SafetensorsFile.open(file).tensor("blocks.3.mlp.fc1.weight");
        double sum = 0;
        double squares = 0;
        for (float value : weights.toArray()) {
            sum += value;
            squares += (double) value * value;
        }
        assertThat(sum / weights.size()).isBetween(-1e-4, 1e-4);
        assertThat(Math.sqrt(squares / weights.size())).isBetween(0.0199, 0.0201);
    }

    @Test
    void timesASliceAndExtrapolatesOpenly() {
        Map<String, Object> config = new HashMap<>(Slice.all().get(0).config());
        config.putAll(Map.of("attention_head_dim", 16, "num_attention_heads", 2));
        config.putAll(Map.of("axes_dims_rope", List.of(4, 6, 6), "joint_attention_dim", 24));
        config.putAll(Map.of("num_layers", 3, "num_single_layers", 5));
        Slice tiny = new Slice("tiny", "flux", config, new int[] {16, 8, 8}, 8, 24);
        Path json = folder.resolve("slice.json");

        Cli run =
                Cli.run(
                        console -> new BenchCommand(console, List.of(tiny)),
                        "--model",
                        "tiny",
                        "--random-weights",
                        "--blocks",
                        "1,2",
                        "--width",
                        "96",
                        "--height",
                        "64",
                        "--cache-type",
                        "bf16",
                        "--json",
                        json.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("tiny, 1 double and 2 single blocks, batch 1")
                .contains("full step", "tokens step", "GFLOP/s", " bf16")
                .contains("the whole network (3 double, 5 single blocks) would take about")
                .contains("; it was not run");
        Map<String, Object> report = Json.read(json);
        Map<?, ?> whole = (Map<?, ?>) report.get("extrapolation");
        List<?> policies = (List<?>) report.get("policies");
        Map<?, ?> none = (Map<?, ?>) policies.get(0);
        Map<?, ?> clusca = (Map<?, ?>) policies.get(1);
        // as published for the family: three full steps ahead of the cached ones
        assertThat((String) clusca.get("policy")).contains("first=3");
        assertThat(step(none, "full").get("count")).isEqualTo(6);
        assertThat(step(clusca, "full").get("count")).isEqualTo(3);
        assertThat(step(clusca, "tokens").get("count")).isEqualTo(3);
        assertThat(whole.get("run")).isEqualTo(false);
        assertThat((Double) whole.get("secondsOfFullStep"))
                .isCloseTo(
                        ((Number) whole.get("flopsOfFullStep")).doubleValue()
                                / (Double) step(none, "full").get("flopsPerSecond"),
                        within(1e-9));
        // 24 image and 24 text tokens of 32 channels, 64 of a patch; the text was projected before
        long block = 48 * 12 * 32 * 32 + 2 * 48 * 48 * 32;
        long rest = 24 * 64 * 32 + 24 * 32 * 64;
        assertThat(((Number) whole.get("flopsOfFullStep")).longValue())
                .isEqualTo(2 * (8 * block + rest));
    }

    @Test
    void timesASliceOfAVideoNetwork() {
        Map<String, Object> config = new HashMap<>(Slice.all().get(1).config());
        config.putAll(Map.of("attention_head_dim", 16, "num_attention_heads", 2));
        config.putAll(Map.of("rope_axes_dim", List.of(4, 6, 6), "text_embed_dim", 24));
        Slice tiny = new Slice("video", "hunyuan-video", config, new int[] {16, 2, 8, 12}, 8, 40);

        Cli run =
                Cli.run(
                        console -> new BenchCommand(console, List.of(tiny)),
                        "--model",
                        "video",
                        "--random-weights",
                        "--steps",
                        "3");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("video, 1 double and 2 single blocks, batch 1")
                .contains("clusca:interval=5,clusters=32", "tokens step")
                .contains("the whole network (20 double, 40 single blocks) would take about");
    }

    private static Map<?, ?> step(Map<?, ?> policy, String kind) {
        return (Map<?, ?>) ((Map<?, ?>) policy.get("steps")).get(kind);
    }

    @Test
    void slicesAreOfKnownNetworksAndHaveBlocks() {
        assertThat(refused("--model", "flux-dev")).contains("names an architecture");
        assertThat(refused("--model", "dit-s-2", "--random-weights", "--blocks", "1,2"))
                .contains("--blocks cuts a slice of flux-dev");
        for (String blocks : List.of("0,0", "1", "1,2,3")) {
            assertThat(refused("--model", "flux-dev", "--random-weights", "--blocks=" + blocks))
                    .contains("--blocks must be the numbers of double and of single blocks");
        }
        assertThat(refused("--model", "flux-dev", "--random-weights", "--policies", "cluska"))
                .contains("Did you mean clusca")
                .doesNotContain("making random weights");
    }

    private static String refused(String... more) {
        List<String> arguments = new ArrayList<>(List.of("bench"));
        arguments.addAll(List.of(more));
        Cli run = Cli.run(arguments.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(1);
        return run.err();
    }

    @Test
    void namesOfArchitecturesAreKnownOnlyWithRandomWeights() {
        assertThat(Cli.run("bench", "--model", "dit-s-2").err()).contains("--random-weights");
        assertThat(Cli.run("bench", "--random-weights").err()).contains("dit-xl-2");
        assertThat(Cli.run("bench", "--random-weights", "--model", "dit-x-2").err())
                .contains("Did you mean", "dit-xl-2");
    }
}
