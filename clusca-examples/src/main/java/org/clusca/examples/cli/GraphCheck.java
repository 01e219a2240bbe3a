package org.clusca.examples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxGraph.Type;

/**
 * Writes down the computations of a model without loading them, so that every tensor they need is
 * asked for, by name and shape.
 */
final class GraphCheck {
    private GraphCheck() {}

    /**
     * @throws org.clusca.api.CluscaException naming the first tensor that is missing or has another
     *     shape
     */
    static void transformer(Transformer transformer) {
        TransformerSpec spec = transformer.spec();
        OnnxGraph modulation = new OnnxGraph("modulation", transformer.weights());
        Map<String, Value> condition = new LinkedHashMap<>();
        spec.conditionRows()
                .forEach((name, shape) -> condition.put(name, rows(modulation, name, shape)));
        transformer.modulation(
                modulation, modulation.input("timestep", Type.FLOAT, "rows"), condition);

        OnnxGraph trunk = new OnnxGraph("trunk", transformer.weights());
        Map<String, Value> context = new LinkedHashMap<>();
        spec.contextRows()
                .forEach((name, shape) -> context.put(name, trunk.input(name, "batch", shape)));
        spec.positions()
                .forEach((name, table) -> context.put(name, trunk.input(name, "", table.shape())));
        transformer.forward(
                trunk,
                new PlainLinker(trunk) {},
                trunk.input("latent", "batch", spec.latentShape()),
                trunk.input("modulation", Type.FLOAT, "batch", spec.modulationWidth()),
                context);
    }

    /**
     * @throws org.clusca.api.CluscaException as {@link #transformer}
     */
    static void codec(LatentCodec codec, TransformerSpec spec) {
        OnnxGraph graph = new OnnxGraph("autoencoder", codec.weights());
        Object channels = spec.latentChannels();
        Object[] axes =
                spec.latentShape().length == 3
                        ? new Object[] {"batch", channels, "height", "width"}
                        : new Object[] {"batch", channels, "frames", "height", "width"};
        codec.decode(graph, graph.input("latent", Type.FLOAT, axes));
    }

    /**
     * @throws org.clusca.api.CluscaException as {@link #transformer}
     */
    static void encoder(Encoder encoder) {
        OnnxGraph graph = new OnnxGraph(encoder.name(), encoder.weights());
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String input : encoder.inputs()) {
            inputs.put(input, graph.input(input, Type.FLOAT, "rows", "length"));
        }
        encoder.encode(graph, inputs);
    }

    private static Value rows(OnnxGraph graph, String name, int[] shape) {
        Object[] dimensions = new Object[shape.length + 1];
        dimensions[0] = "rows";
        for (int i = 0; i < shape.length; i++) {
            dimensions[i + 1] = shape[i];
        }
        return graph.input(name, Type.FLOAT, dimensions);
    }
}
