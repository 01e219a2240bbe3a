package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.clusca.io.FileWeights;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A graph in two parts computes what the whole does. */
final class GraphCutTest {
    private static final int ROWS = 3;
    private static final int WIDTH = 4;
    private static final int LAYERS = 5;
    private static final Device DEVICE = new CpuDevice(0);

    @TempDir private Path folder;

    /** A graph of random operations, and what of it is asked for. */
    private static final class RandomGraph {
        private final Random random;
        private final OnnxGraph graph;
        private final Value flag;
        private final List<Value> values = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private int weights;

        RandomGraph(long seed, Weights weights) {
            random = new Random(seed);
            graph = new OnnxGraph("random " + seed, weights);
            values.add(graph.input("a", ElementType.FLOAT32, "rows", WIDTH));
            values.add(graph.input("b", ElementType.FLOAT32, "rows", WIDTH));
            flag = graph.input("flag", ElementType.BOOL, 1);
            for (int i = 0; i < 12; i++) {
                values.addAll(any());
            }
            // two that are early, two that need most of what was written
            for (int i = 0; i < 4; i++) {
                String output = "output" + i;
                graph.output(output, values.get(i < 2 ? 4 + i : values.size() - i));
                outputs.add(output);
            }
        }

        private Value some() {
            return values.get(random.nextInt(values.size()));
        }

        private List<Value> any() {
            return switch (random.nextInt(6)) {
                case 0 -> List.of(graph.add(some(), some()));
                case 1 -> List.of(graph.op("Sigmoid", graph.multiply(some(), graph.scalar(0.5))));
                case 2 ->
                        List.of(
                                graph.linear(
                                        some(), 2, "layer" + weights++ % LAYERS, WIDTH, WIDTH));
                case 3 -> {
                    List<Value> halves = graph.split(some(), 1, 2);
                    yield List.of(graph.concat(1, halves.get(1), halves.get(0)));
                }
                // a shape that is computed, of another value
                case 4 -> List.of(graph.op("Reshape", some(), graph.op("Shape", some())));
                default -> {
                    Value x = some();
                    Value y = some();
                    Value not = graph.op("Not", flag);
                    yield graph.either(
                            random.nextBoolean() ? flag : not,
                            1,
                            () -> List.of(graph.subtract(x, y)),
                            () ->
                                    List.of(
                                            graph.linear(
                                                    y,
                                                    2,
                                                    "layer" + weights++ % LAYERS,
                                                    WIDTH,
                                                    WIDTH)));
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void headAndRestEqualTheWhole(long seed) {
        Weights weights = weights();
        RandomGraph random = new RandomGraph(seed, weights);
        Set<String> ahead = Set.of("output0", "output1");
        Map<String, Tensor> whole;
        try (OnnxSession session = OnnxSession.load(DEVICE, random.graph)) {
            whole = run(session, new HashMap<>(), Set.copyOf(random.outputs), Set.of());
        }

        OnnxSession.Cut cut = OnnxSession.cut(DEVICE, new RandomGraph(seed, weights).graph, ahead);
        Map<String, DeviceTensor> passed = new LinkedHashMap<>();
        Map<String, Tensor> parts = new LinkedHashMap<>();
        try (OnnxSession head = cut.head();
                OnnxSession rest = cut.rest()) {
            parts.putAll(run(head, passed, ahead, cut.passed().keySet()));
            renamed(passed, cut.passed());
            parts.putAll(run(rest, passed, Set.of("output2", "output3"), Set.of()));
        } finally {
            passed.values().forEach(DeviceTensor::close);
        }

        whole.forEach(
                (output, numbers) ->
                        assertThat(parts.get(output).toArray()).isEqualTo(numbers.toArray()));
    }

    @Test
    void everyWeightIsInOnePart() {
        OnnxGraph graph = new OnnxGraph("layers", weights());
        Value vectors = graph.input("vectors", ElementType.FLOAT32, "rows", 3 * WIDTH);
        List<Value> parts = graph.split(vectors, 1, 3);
        Value x = graph.input("x", ElementType.FLOAT32, "rows", WIDTH);
        Value first = graph.linear(graph.add(x, parts.get(0)), 2, "layer0", WIDTH, WIDTH);
        Value second = graph.linear(graph.add(first, parts.get(1)), 2, "layer1", WIDTH, WIDTH);
        graph.output("ahead", graph.op("ReduceMean", first, graph.constant(new long[] {1})));
        graph.output("output", graph.add(graph.add(second, first), parts.get(2)));

        GraphCut cut = new GraphCut(graph.finish(), Set.of("ahead"));

        assertThat(weights(cut.head())).containsExactlyInAnyOrder("layer0.weight", "layer0.bias");
        assertThat(weights(cut.rest())).containsExactlyInAnyOrder("layer1.weight", "layer1.bias");
        // the vectors are split in both parts: only the layer's output is passed
        assertThat(cut.passed()).hasSize(1);
        assertThat(operations(cut.head())).containsOnlyOnce("Gemm").contains("Split");
        assertThat(operations(cut.rest())).containsOnlyOnce("Gemm").contains("Split");
        assertThat(inputs(cut.head())).containsExactlyInAnyOrder("vectors", "x");
        assertThat(inputs(cut.rest())).contains("vectors").doesNotContain("x").hasSize(2);
    }

    /** A value of the head that nobody wants ahead is an output of the rest all the same. */
    @Test
    void theRestGivesWhatIsNotWantedAhead() {
        OnnxGraph graph = new OnnxGraph("layer", weights());
        Value a = graph.input("a", ElementType.FLOAT32, "rows", WIDTH);
        Value layer = graph.linear(a, 2, "layer0", WIDTH, WIDTH);
        String kept = graph.direct(layer);
        graph.output("ahead", graph.op("Abs", layer));
        graph.output("output", graph.op("Sqrt", graph.op("Abs", layer)));
        Map<String, DeviceTensor> passed = new LinkedHashMap<>();
        OnnxSession.Cut cut = OnnxSession.cut(DEVICE, graph, Set.of("ahead"));
        try (OnnxSession head = cut.head();
                OnnxSession rest = cut.rest()) {
            float[] size =
                    run(head, passed, Set.of("ahead"), cut.passed().keySet())
                            .get("ahead")
                            .toArray();
            renamed(passed, cut.passed());
            float[] layerThen =
                    run(rest, passed, Set.of(kept, "output"), Set.of()).get(kept).toArray();
            for (int i = 0; i < size.length; i++) {
                assertThat(Math.abs(layerThen[i])).isEqualTo(size[i]);
            }
        } finally {
            passed.values().forEach(DeviceTensor::close);
        }
    }

    /** From the names of outputs to those of inputs. */
    private static void renamed(Map<String, DeviceTensor> passed, Map<String, String> names) {
        Map<String, DeviceTensor> outputs = Map.copyOf(passed);
        assertThat(outputs.keySet()).isEqualTo(names.keySet());
        passed.clear();
        names.forEach((output, input) -> passed.put(input, outputs.get(output)));
    }

    private static List<String> weights(OnnxModel part) {
        return part.graph().getInitializerList().stream()
                .filter(
                        tensor ->
                                tensor.getDataLocation()
                                        == OnnxMl.TensorProto.DataLocation.EXTERNAL)
                .map(tensor -> tensor.getName().replaceFirst("weight\\d+\\.", ""))
                .toList();
    }

    private static List<String> operations(OnnxModel part) {
        return part.graph().getNodeList().stream().map(OnnxMl.NodeProto::getOpType).toList();
    }

    private static List<String> inputs(OnnxModel part) {
        return part.graph().getInputList().stream().map(OnnxMl.ValueInfoProto::getName).toList();
    }

    /**
     * @param passed inputs that another part has made; the outputs {@code further} are added
     */
    private static Map<String, Tensor> run(
            OnnxSession session,
            Map<String, DeviceTensor> passed,
            Set<String> outputs,
            Set<String> further) {
        Map<String, DeviceTensor> inputs = new LinkedHashMap<>();
        inputs.put("a", DEVICE.view(numbers(1, ROWS, WIDTH)));
        inputs.put("b", DEVICE.view(numbers(2, ROWS, WIDTH)));
        inputs.put("flag", DEVICE.booleans(ByteBuffer.allocateDirect(1).put(0, (byte) 1), 1));
        List<DeviceTensor> own = new ArrayList<>(inputs.values());
        inputs.putAll(passed);
        inputs.keySet().retainAll(session.inputs());
        Map<String, Tensor> read = new LinkedHashMap<>();
        Map<String, DeviceTensor> written = new LinkedHashMap<>();
        for (String output : outputs) {
            Tensor target = Tensor.zeros(ROWS, WIDTH);
            read.put(output, target);
            written.put(output, DEVICE.view(target));
        }
        own.addAll(written.values());
        try {
            passed.putAll(session.run(inputs, written, further, false));
        } finally {
            own.forEach(DeviceTensor::close);
        }
        return read;
    }

    private static Tensor numbers(long seed, int... shape) {
        Random random = new Random(seed);
        Tensor numbers = Tensor.zeros(shape);
        for (int i = 0; i < numbers.size(); i++) {
            numbers.data().put(i, (float) random.nextGaussian());
        }
        return numbers;
    }

    private Weights weights() {
        Path file = folder.resolve("weights.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < LAYERS; i++) {
            tensors.put("layer" + i + ".weight", numbers(10 + i, WIDTH, WIDTH));
            tensors.put("layer" + i + ".bias", numbers(20 + i, WIDTH));
        }
        SafetensorsWriter.write(file, tensors);
        return FileWeights.of(SafetensorsFile.open(file));
    }
}
