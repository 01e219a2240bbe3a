package org.clusca.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Encoder;
import org.clusca.onnx.OnnxGraph;

/** The graph of an encoder, for any number of rows and any length. */
final class EncoderGraph {
    private EncoderGraph() {}

    static OnnxGraph build(String name, Encoder encoder) {
        OnnxGraph graph = new OnnxGraph(name, encoder.weights());
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String input : encoder.inputs()) {
            inputs.put(input, graph.input(input, OnnxGraph.Type.FLOAT, "rows", "length"));
        }
        encoder.encode(graph, inputs).forEach(graph::output);
        return graph;
    }
}
