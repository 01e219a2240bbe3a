package org.clusca.component;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;

/** One part of a model, built, run once and closed. */
final class GraphRun {
    private GraphRun() {}

    /**
     * @param build from the inputs, by name, to the one output
     * @param shape of the output
     */
    static Tensor of(
            Weights weights,
            Map<String, Tensor> inputs,
            BiFunction<GraphBuilder, Map<String, Value>, Value> build,
            int... shape) {
        OnnxGraph graph = new OnnxGraph("part", weights);
        Map<String, Value> values = new HashMap<>();
        inputs.forEach(
                (name, tensor) -> {
                    Object[] axes = new Object[tensor.rank()];
                    for (int axis = 0; axis < axes.length; axis++) {
                        axes[axis] = name + axis;
                    }
                    values.put(name, graph.input(name, ElementType.FLOAT32, axes));
                });
        graph.output("out", build.apply(graph, values));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs, "out", shape);
        }
    }
}
