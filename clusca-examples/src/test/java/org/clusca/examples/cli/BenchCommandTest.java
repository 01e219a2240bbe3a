package org.clusca.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
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
    void namesOfArchitecturesAreKnownOnlyWithRandomWeights() {
        assertThat(Cli.run("bench", "--model", "dit-s-2").err()).contains("--random-weights");
        assertThat(Cli.run("bench", "--random-weights").err()).contains("dit-xl-2");
        assertThat(Cli.run("bench", "--random-weights", "--model", "dit-x-2").err())
                .contains("Did you mean", "dit-xl-2");
    }
}
