package org.clusca.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.Weights;
import org.clusca.onnx.OnnxGraph;

/** The graph of an encoder, for any number of rows and any length. */
final class EncoderGraph {
    private EncoderGraph() {}

    /**
     * @param weights the encoder's, as they are to be held
     */
    static OnnxGraph build(String name, Encoder encoder, Weights weights) {
        OnnxGraph graph = new OnnxGraph(name, weights);
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String input : encoder.inputs()) {
            inputs.put(input, graph.input(input, OnnxGraph.Type.FLOAT, "rows", "length"));
        }
        encoder.encode(graph, inputs).forEach(graph::output);
        return graph;
    }
}
