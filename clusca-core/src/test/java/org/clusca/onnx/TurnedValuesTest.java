package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnedValuesTest {
    private static final int TOKENS = 16;

    @ParameterizedTest
    @ValueSource(ints = {8, 32, 384})
    void aLayerNormOfATransposeIsTheSameWithinAnIf(int width) {
        assertSame(width, (graph, x) -> graph.transpose(x, 0, 2, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 32, 384})
    void aLayerNormOfATransposeTimesANumberIsTheSameWithinAnIf(int width) {
        assertSame(
                width,
                (graph, x) ->
                        graph.op(
                                "Tanh",
                                graph.multiply(graph.transpose(x, 0, 2, 1), graph.scalar(0.7))));
    }

    private interface Before {
        Value of(OnnxGraph graph, Value x);
    }

    private static void assertSame(int width, Before before) {
        Tensor x = numbers(2, width, TOKENS);
        Tensor yes = Tensor.of(new float[] {1}, 1);
        float[] plain = run(width, before, Map.of("x", x), false);
        assertThat(run(width, before, Map.of("x", x, "yes", yes), true)).isEqualTo(plain);
    }

    private static float[] run(
            int width, Before before, Map<String, Tensor> inputs, boolean switched) {
        OnnxGraph graph = new OnnxGraph("turned", Weights.none("turned"));
        Value x = before.of(graph, graph.input("x", ElementType.FLOAT32, "batch", width, TOKENS));
        Value weight = graph.constant(numbers(width, TOKENS).toArray(), width, TOKENS);
        UnaryOperator<Value> layer =
                rows -> graph.op("MatMul", graph.layerNorm(rows, width, 1e-6), weight);
        graph.output("stream", x);
        graph.output("y", switched ? either(graph, () -> layer.apply(x)) : layer.apply(x));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs).get("y").toArray();
        }
    }

    private static Value either(OnnxGraph graph, Supplier<Value> layer) {
        Value yes =
                graph.op(
                        "Squeeze",
                        graph.cast(graph.input("yes", ElementType.FLOAT32, 1), ElementType.BOOL));
        return graph.either(
                        yes,
                        1,
                        () -> List.of(layer.get()),
                        () -> List.of(graph.op("Identity", graph.constant(new float[0], 0, 0, 0))))
                .get(0);
    }

    private static Tensor numbers(int... shape) {
        Random random = new Random(5);
        float[] values = new float[(int) Tensor.count(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }
}
