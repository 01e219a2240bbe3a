package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.cache.Calibrator;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured for X-Slim in uncached runs, as its authors' code measures it. */
@Tag("golden")
final class XSlimCalibrationGoldenTest {
    private final SafetensorsFile start = Golden.file("flux_cache", "none.safetensors");
    private final SafetensorsFile golden = Golden.file("flux_cache", "xslim_schedule.safetensors");

    @ParameterizedTest
    @ValueSource(ints = {16, 28, 50})
    void measures(int steps) {
        LocalModelDirectory directory =
                LocalModelDirectory.open(Golden.folder("flux").resolve("pipeline"));
        RecordedFlux model =
                new RecordedFlux(
                        new FluxTransformer(
                                FluxConfig.diffusers(directory.json("transformer/config.json")),
                                directory.weights("transformer")),
                        directory.json("scheduler/scheduler_config.json"),
                        start.tensor("txt"),
                        start.tensor("y"));
        Clusca clusca = Clusca.create();
        Calibrator calibrator = clusca.calibrator("xslim:threshold=2");
        try (Pipeline pipeline = clusca.open(model, 0)) {
            pipeline.generate(
                    Request.builder()
                            .conditions("recorded")
                            .steps(steps)
                            .guidance(3.5)
                            .policy(calibrator.measuring())
                            .initialLatents(Packing.unpack(start.tensor("noise"), 16, 16))
                            .decode(false)
                            .build());
        }
        Map<String, Object> values = calibrator.found().values();
        List<?> changes = (List<?>) values.get("changes");
        double[] recorded = golden.doubles("values_" + steps + "_f64");
        assertThat(changes).hasSize(recorded.length);
        for (int i = 0; i < recorded.length; i++) {
            assertThat((Double) changes.get(i))
                    .as("change after step %s", i)
                    .isCloseTo(recorded[i], withinPercentage(0.02));
        }
        assertBlocks((double[]) values.get("blockChanges"), "double", steps);
        assertBlocks((double[]) values.get("jointChanges"), "single", steps);
        String letters = "F?.?BT";
        StringBuilder schedule = new StringBuilder();
        for (long type : golden.longs("fine_" + steps + "_twice")) {
            schedule.append(letters.charAt((int) type));
        }
        assertThat(((Map<?, ?>) values.get("parameters")).get("steps"))
                .isEqualTo(schedule.toString());
    }

    private void assertBlocks(double[] changes, String kind, int steps) {
        double[] recorded = golden.doubles("block_" + kind + "_" + steps + "_f64");
        assertThat(changes).hasSize(recorded.length);
        for (int i = 0; i < recorded.length; i++) {
            assertThat(changes[i])
                    .as("change by %s block %s", kind, i)
                    .isCloseTo(recorded[i], withinPercentage(0.02));
        }
    }
}
