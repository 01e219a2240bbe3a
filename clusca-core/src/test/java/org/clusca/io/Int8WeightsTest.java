package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Matrices in 8 bits: what is stored, when it is made, and what a layer makes of it. */
final class Int8WeightsTest {
    private static final int ROWS = 96;
    private static final int COLUMNS = 160;

    @TempDir private Path folder;

    private final Tensor matrix = normal(1, ROWS, COLUMNS);
    private Path file;

    private static Tensor normal(int seed, int... shape) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data().put(i, (float) random.nextGaussian());
        }
        return tensor;
    }

    @BeforeEach
    void write() {
        file = folder.resolve("weights.safetensors");
        for (int i = 0; i < 32; i++) {
            matrix.data().put(COLUMNS + i, 0); // a block of zeros has no scale
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("layer.weight", matrix);
        tensors.put("layer.bias", normal(2, ROWS));
        tensors.put("odd.weight", normal(3, 4, 33));
        tensors.put("norm.weight", normal(4, COLUMNS));
        SafetensorsWriter.write(file, tensors);
    }

    private Int8Weights weights() {
        return new Int8Weights(
                SafetensorsWeights.of(SafetensorsFile.open(file)), folder.resolve("int8"));
    }

    @Test
    void everyNumberIsWithinHalfAStep() throws IOException {
        QuantizedWeight weight = weights().quantized("layer.weight").orElseThrow();
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(weight.file())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < matrix.size(); i++) {
            float scale = bytes.getFloat((int) weight.scales() + i / weight.block() * Float.BYTES);
            float value = ((bytes.get(i) & 0xff) - 128) * scale;
            assertThat(Math.abs(value - matrix.data().get(i))).isLessThanOrEqualTo(scale * 0.5001f);
        }
    }

    /** What a service retries, other than a disk that fails. */
    @Test
    void anInterruptIsNoFailureOfTheFile() {
        Int8Weights weights = weights();
        Thread.currentThread().interrupt();
        try {
            assertRefused(
                    ErrorCode.INTERRUPTED,
                    () -> weights.quantized("layer.weight"),
                    "cannot be written: the thread was interrupted.");
            assertRefused(
                    ErrorCode.INTERRUPTED,
                    () -> WeightScan.firstNotFinite(weights),
                    "cannot be read: the thread was interrupted.");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(folder.resolve("int8")).isEmptyDirectory();
        assertThat(weights().quantized("layer.weight")).isPresent();
    }

    @Test
    void onlyMatricesThatDivideIntoBlocks() {
        assertThat(weights().quantized("odd.weight")).isEmpty();
        assertThat(weights().quantized("norm.weight")).isEmpty();
    }

    @Test
    void madeOnceAndAgainWhenTheOriginalChanges() throws IOException {
        Path made = weights().quantized("layer.weight").orElseThrow().file();
        byte[] marked = Files.readAllBytes(made);
        marked[0]++;
        Files.write(made, marked);
        FileTime time = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(made, time);
        assertThat(weights().quantized("layer.weight").orElseThrow().file()).isEqualTo(made);
        assertThat(made).hasBinaryContent(marked);
        assertThat(Files.getLastModifiedTime(made)).as("in use").isGreaterThan(time);
        Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
        assertThat(weights().quantized("layer.weight").orElseThrow().file()).isNotEqualTo(made);
    }

    @Test
    void aCopyThatWasCutOffIsMadeAnew() throws IOException {
        Path made = weights().quantized("layer.weight").orElseThrow().file();
        byte[] whole = Files.readAllBytes(made);
        Files.write(made, new byte[10]);
        assertThat(weights().quantized("layer.weight").orElseThrow().file())
                .hasBinaryContent(whole);
        try (Stream<Path> files = Files.list(made.getParent())) {
            assertThat(files).containsExactly(made);
        }
    }

    /** Weights and activations are rounded to 8 bits: together about 1 % of a layer's output. */
    @Test
    void aLayerIsOffByAboutAPercent() {
        Tensor x = normal(5, 7, COLUMNS);
        Tensor wide = layer(SafetensorsWeights.of(SafetensorsFile.open(file)), x);
        Tensor narrow = layer(weights(), x);
        assertThat(Golden.relativeError(narrow, wide)).isBetween(1e-4, 1.5e-2);
    }

    private static Tensor layer(org.clusca.api.model.Weights weights, Tensor x) {
        OnnxGraph graph = new OnnxGraph("layer", weights);
        Value input = graph.input("x", "", x.shape());
        graph.output("y", graph.linear(input, 2, "layer", COLUMNS, ROWS));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(Map.of("x", x)).get("y");
        }
    }
}
