package org.clusca.model.flux;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;

/** What the trunk reads of a text encoder's states. */
final class TextStream {
    private TextStream() {}

    static Tensor of(FluxTransformer transformer, Tensor states) {
        OnnxGraph graph = NetworkGraphs.prepared("text", transformer, transformer.weights());
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(Map.of(FluxTransformer.TEXT, states))
                    .get(NetworkGraphs.PREPARED + FluxTransformer.TEXT);
        }
    }
}
