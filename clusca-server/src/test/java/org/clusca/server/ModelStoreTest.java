package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.Devices;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.WeightFormats;
import org.clusca.onnx.Device;
import org.clusca.onnx.MemoryLedger;
import org.junit.jupiter.api.Test;

/** Several models where there is memory for one. */
final class ModelStoreTest {
    @Test
    void theLeastUsedIsReleasedWhereMemoryIsShort() throws Exception {
        Clusca clusca = Clusca.create();
        Device device = Devices.named("cpu", Optional.empty()).open(0);
        long one;
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            one = pipeline.plan(Request.builder().conditions("owl").build()).least();
        }
        MemoryLedger memory = new MemoryLedger(one * 3 / 2, () -> Long.MAX_VALUE);
        Map<String, Path> models = new LinkedHashMap<>();
        List.of("first", "second").forEach(name -> models.put(name, Service.emoji().get("emoji")));
        try (Service service =
                new Service(
                        clusca,
                        Service.with(models, 4, Duration.ZERO, null),
                        path ->
                                new Pipeline(
                                        clusca.model(path),
                                        device,
                                        clusca::scheduler,
                                        WeightFormats.FLOAT32,
                                        memory))) {
            for (String model : new String[] {"first", "second", "first", "second"}) {
                assertThat(
                                service.generate(
                                                "{\"model\":\""
                                                        + model
                                                        + "\",\"prompt\":\"owl\",\"steps\":1,\"policy\":\"none\"}")
                                        .statusCode())
                        .isEqualTo(200);
                assertThat(service.get("/metrics").body()).contains("clusca_models_open 1.0");
            }
        }
    }
}
