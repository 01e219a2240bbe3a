package org.clusca.onnx;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;

/**
 * Whether a device multiplies 8-bit numbers without loss. Processors without VNNI add pairs of
 * products in 16 bits, and what does not fit is cut off without a word.
 */
final class ExactProducts {
    private static final int COUNT = 64;
    private static final int LARGEST_INPUT = 255;
    private static final int LARGEST_WEIGHT = 127;

    private ExactProducts() {}

    /** Tries the largest numbers there are. */
    static boolean on(Device device) {
        OnnxGraph graph = new OnnxGraph("8-bit products", Weights.none("8-bit products"));
        Value x = graph.input("x", ElementType.FLOAT32, 1, COUNT);
        Value weight = graph.input("weight", ElementType.FLOAT32, COUNT, COUNT);
        Value product =
                graph.op(
                        "MatMulInteger",
                        graph.cast(x, ElementType.UINT8),
                        graph.cast(weight, ElementType.INT8));
        graph.output(
                "product", graph.op("Cast", Map.of("to", ElementType.FLOAT32.code()), product));
        try (OnnxSession session = OnnxSession.load(device, graph)) {
            Map<String, Tensor> largest =
                    Map.of(
                            "x", filled(LARGEST_INPUT, 1),
                            "weight", filled(LARGEST_WEIGHT, COUNT));
            return session.run(largest, "product", 1, COUNT).data().get(0)
                    == LARGEST_INPUT * LARGEST_WEIGHT * COUNT;
        }
    }

    private static Tensor filled(float value, int rows) {
        Tensor tensor = Tensor.zeros(rows, COUNT);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data().put(i, value);
        }
        return tensor;
    }
}
