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
import org.clusca.api.model.QuantizedWeight.Format;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrices in few bits: what is stored, when it is made, and what a layer makes of it. */
final class QuantizedWeightsTest {
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

    private QuantizedWeights weights() {
        return weights(Format.INT8_BLOCKS);
    }

    private QuantizedWeights weights(Format format) {
        return new QuantizedWeights(
                FileWeights.of(SafetensorsFile.open(file)), format, folder.resolve("int8"));
    }

    /** One step where the largest number is below 0, and what is above it has none left. */
    @ParameterizedTest
    @CsvSource({"INT8_BLOCKS, 0.5001", "INT4_BLOCKS, 1", "INT8_ROWS, 0.5001"})
    void everyNumberIsNear(Format format, float steps) throws IOException {
        QuantizedWeight weight = weights(format).quantized("layer.weight").orElseThrow();
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(weight.file())).order(ByteOrder.LITTLE_ENDIAN);
        int columns = format.blocks() ? QuantizedWeight.BLOCK : COLUMNS;
        assertThat(bytes.capacity()).isEqualTo(weight.size());
        for (int i = 0; i < matrix.size(); i++) {
            float scale = bytes.getFloat((int) weight.bytes() + i / columns * Float.BYTES);
            float value = rounded(format, bytes, i) * scale;
            assertThat(Math.abs(value - matrix.data().get(i)))
                    .isLessThanOrEqualTo(Math.abs(scale) * steps);
        }
    }

    /** Number {@code i} of the matrix, row by row. */
    private static int rounded(Format format, ByteBuffer bytes, int i) {
        return switch (format) {
            case INT8_BLOCKS -> (bytes.get(i) & 0xff) - 128;
            case INT4_BLOCKS -> (bytes.get(i / 2) >> (i % 2 == 0 ? 0 : 4) & 0xf) - 8;
            case INT8_ROWS -> bytes.get(i % COLUMNS * ROWS + i / COLUMNS);
        };
    }

    /** What a service retries, other than a disk that fails. */
    @Test
    void anInterruptIsNoFailureOfTheFile() {
        QuantizedWeights weights = weights();
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
        assertThat(weights(Format.INT8_ROWS).quantized("odd.weight")).isPresent();
        assertThat(weights(Format.INT8_ROWS).quantized("norm.weight")).isEmpty();
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

    /**
     * In 8 bits, weights and what they meet are off by about half a percent each; in 4 by 9
     * percent, of 16 steps for 4.3 standard deviations, which is what the largest of 32 lie apart.
     */
    @ParameterizedTest
    @CsvSource({"INT8_BLOCKS, 4e-3, 1.5e-2", "INT4_BLOCKS, 5e-2, 0.12", "INT8_ROWS, 4e-3, 2e-2"})
    void aLayerIsOffByAsMuchAsItsFormatAllows(Format format, double least, double most) {
        Tensor x = normal(5, 7, COLUMNS);
        Tensor wide = layer(FileWeights.of(SafetensorsFile.open(file)), x);
        Tensor narrow = layer(weights(format), x);
        assertThat(Golden.relativeError(narrow, wide)).isBetween(least, most);
    }

    /** What a branch that computes no tokens hands over. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void noRowsAtAll(Format format) {
        assertThat(layer(weights(format), Tensor.zeros(0, COLUMNS)).shape())
                .containsExactly(0, ROWS);
    }

    private static Tensor layer(org.clusca.api.model.Weights weights, Tensor x) {
        OnnxGraph graph = new OnnxGraph("layer", weights);
        Value input = graph.input("x", ElementType.FLOAT32, "rows", COLUMNS);
        graph.output("y", graph.linear(input, 2, "layer", COLUMNS, ROWS));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(Map.of("x", x)).get("y");
        }
    }
}
