package org.clusca.component;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Encoder;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;

/** Runs an encoder by itself. */
final class EncoderRun {
    private EncoderRun() {}

    /** What a part of the encoder computes from ids. */
    @FunctionalInterface
    interface Part {
        Value write(OnnxGraph graph, Value ids);
    }

    /**
     * @param ids {@code [rows, length]}
     * @param shape of the output
     */
    static Tensor output(Encoder encoder, Tensor ids, String output, int... shape) {
        return part(
                encoder,
                ids,
                (graph, input) -> encoder.encode(graph, Map.of("ids", input)).get(output),
                shape);
    }

    static Tensor part(Encoder encoder, Tensor ids, Part part, int... shape) {
        OnnxGraph graph = new OnnxGraph(encoder.name(), encoder.weights());
        Value input = graph.input("ids", ElementType.FLOAT32, "rows", "length");
        graph.output("output", part.write(graph, input));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(Map.of("ids", ids), "output", shape);
        }
    }

    /** Recorded ids as an encoder takes them. */
    static Tensor ids(SafetensorsFile file, String name) {
        return floats(file.longs(name), file.shape(name));
    }

    static Tensor floats(long[] values, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < values.length; i++) {
            tensor.data().put(i, values[i]);
        }
        return tensor;
    }
}
