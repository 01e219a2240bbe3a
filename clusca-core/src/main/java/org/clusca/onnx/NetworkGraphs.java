package org.clusca.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;

/** The graphs of a model's networks and their inputs, for any number of rows and any size. */
public final class NetworkGraphs {
    private NetworkGraphs() {}

    /**
     * Output {@code modulation}.
     *
     * @param weights the transformer's, as they are to be held
     */
    public static OnnxGraph modulation(String name, Transformer transformer, Weights weights) {
        OnnxGraph graph = new OnnxGraph(name, weights);
        Value timestep = graph.input("timestep", ElementType.FLOAT32, "rows");
        Map<String, Value> condition = condition(graph, transformer.spec());
        graph.output("modulation", transformer.modulation(graph, timestep, condition));
        return graph;
    }

    /** Of an output of {@link #prepared}, ahead of its name: inputs may have the same names. */
    public static final String PREPARED = "prepared.";

    /**
     * Outputs are what {@link Transformer#prepared} gives, their names behind {@link #PREPARED}.
     *
     * @param weights the transformer's, as they are to be held
     */
    public static OnnxGraph prepared(String name, Transformer transformer, Weights weights) {
        OnnxGraph graph = new OnnxGraph(name, weights);
        Map<String, Value> context = inputs(graph, "rows", transformer.spec().contextRows());
        transformer
                .prepared(graph, context)
                .forEach((output, value) -> graph.output(PREPARED + output, value));
        return graph;
    }

    /** As the CPU computes it. */
    public static OnnxGraph encoder(String name, Encoder encoder) {
        return encoder(new OnnxGraph(name, encoder.weights()), encoder);
    }

    /**
     * @param weights the encoder's, as they are to be held
     */
    public static OnnxGraph encoder(Device device, String name, Encoder encoder, Weights weights) {
        return encoder(new OnnxGraph(name, weights, device, device.encoderType()), encoder);
    }

    /** Output {@code output}: the denoising network without any caching. */
    public static OnnxGraph plain(String name, Transformer transformer) {
        TransformerSpec spec = transformer.spec();
        OnnxGraph graph = new OnnxGraph(name, transformer.weights());
        graph.output(
                "output",
                transformer.forward(
                        graph,
                        new PlainLinker(graph) {},
                        graph.input("latent", "batch", spec.latentShape()),
                        graph.input(
                                "modulation", ElementType.FLOAT32, "batch", spec.modulationWidth()),
                        context(graph, spec)));
        return graph;
    }

    private static OnnxGraph encoder(OnnxGraph graph, Encoder encoder) {
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String input : encoder.inputs()) {
            inputs.put(input, graph.input(input, ElementType.FLOAT32, "rows", "length"));
        }
        encoder.encode(graph, inputs).forEach(graph::output);
        return graph;
    }

    /** Input {@code latent}, output {@code picture}. */
    public static OnnxGraph codec(String name, LatentCodec codec, TransformerSpec spec) {
        OnnxGraph graph = new OnnxGraph(name, codec.weights());
        Value latent = graph.input("latent", "batch", spec.latentShape());
        graph.output("picture", codec.decode(graph, latent));
        return graph;
    }

    /** The inputs of {@link Transformer#modulation} beside the timestep. */
    public static Map<String, Value> condition(OnnxGraph graph, TransformerSpec spec) {
        return inputs(graph, "rows", spec.conditionRows());
    }

    /** The inputs of {@link Transformer#forward} beside latent and modulation. */
    public static Map<String, Value> context(OnnxGraph graph, TransformerSpec spec) {
        Map<String, Value> context = inputs(graph, "batch", spec.trunkRows());
        spec.positions()
                .forEach((name, table) -> context.put(name, graph.input(name, "", table.shape())));
        return context;
    }

    private static Map<String, Value> inputs(
            OnnxGraph graph, String rows, Map<String, int[]> shapes) {
        Map<String, Value> inputs = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> inputs.put(name, graph.input(name, rows, shape)));
        return inputs;
    }
}
