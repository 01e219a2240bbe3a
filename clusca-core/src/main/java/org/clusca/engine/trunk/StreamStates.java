package org.clusca.engine.trunk;

import java.util.EnumMap;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/**
 * Where the streams show their hidden states {@code [batch, tokens, channels]}; allocated when
 * first asked for.
 */
final class StreamStates implements AutoCloseable {
    private final Device device;
    private final TransformerSpec spec;
    private final int batch;
    private final Map<Stream, Tensor> tensors = new EnumMap<>(Stream.class);
    private final Map<Stream, DeviceTensor> views = new EnumMap<>(Stream.class);

    StreamStates(Device device, TransformerSpec spec, int batch) {
        this.device = device;
        this.spec = spec;
        this.batch = batch;
    }

    /** Asks for all of them. */
    Map<Stream, Tensor> request(TrunkGraph graph, Map<String, DeviceTensor> outputs) {
        graph.states()
                .forEach(
                        (stream, name) -> {
                            Tensor tensor = tensors.computeIfAbsent(stream, this::allocate);
                            outputs.put(
                                    name, views.computeIfAbsent(stream, s -> device.view(tensor)));
                        });
        return tensors;
    }

    private Tensor allocate(Stream stream) {
        Branch like =
                spec.branches().stream()
                        .filter(b -> b.id().stream() == stream && b.id().kind() == BranchKind.MLP)
                        .findFirst()
                        .orElse(spec.branches().get(spec.branches().size() - 1));
        return Tensor.zeros(batch, like.tokens(), like.width());
    }

    @Override
    public void close() {
        views.values().forEach(DeviceTensor::close);
    }
}
