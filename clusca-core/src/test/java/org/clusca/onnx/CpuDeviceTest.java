package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CpuDeviceTest {
    private static final long MIB = 1 << 20;

    private final Device device = new CpuDevice(0);

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
    void allocatesZeros(ElementType type) {
        OnnxGraph graph = new OnnxGraph("read", Weights.none("The test"));
        Value x = graph.input("x", type, "rows", "columns");
        graph.output("y", graph.cast(x, ElementType.FLOAT32));
        Tensor read = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

        try (OnnxSession session = OnnxSession.load(device, graph);
                DeviceTensor zeros = device.allocate(type, 2, 3);
                DeviceTensor target = device.view(read)) {
            session.run(Map.of("x", zeros), Map.of("y", target));
        }

        assertThat(read.toArray()).containsOnly(0);
    }

    /** At once, and to the system, whatever the size of the tensors; not when the JVM collects. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void givesBackWhatIsClosed() throws IOException {
        long before = resident();
        for (int round = 0; round < 3; round++) {
            List<DeviceTensor> tensors = new ArrayList<>();
            for (int i = 0; i < 128; i++) {
                tensors.add(device.allocate(ElementType.FLOAT32, 1 << 20));
            }
            assertThat(resident()).isGreaterThan(before + 400 * MIB);
            tensors.forEach(DeviceTensor::close);
            assertThat(resident()).isLessThan(before + 150 * MIB);
        }
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheCpuDoesNotComputeIn() {
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> new CpuDevice(0, ElementType.BFLOAT16),
                "FLOAT32 or FLOAT16, not in BFLOAT16",
                "no kernels");
    }
}
