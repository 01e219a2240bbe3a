package org.clusca.engine.trunk;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/**
 * Where attention branches write what they show; a buffer of {@code [batch, tokens]} for each
 * signal of each branch.
 */
final class SignalMemory implements AutoCloseable {
    private final Device device;
    private final int batch;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, DeviceTensor> views = new HashMap<>();

    SignalMemory(Device device, int batch) {
        this.device = device;
        this.batch = batch;
    }

    /** Asks the branches that the plan computes for their signals. */
    Map<Signal, Map<Integer, Tensor>> request(
            List<Branch> branches,
            StepPlan plan,
            TrunkGraph graph,
            Map<String, DeviceTensor> outputs) {
        Map<Signal, Map<Integer, Tensor>> requested = new EnumMap<>(Signal.class);
        for (int i = 0; i < branches.size(); i++) {
            if (plan.actions().get(i).full().isEmpty()) {
                continue;
            }
            int index = i;
            graph.outputs(i)
                    .signals()
                    .forEach(
                            (signal, name) -> {
                                Tensor tensor =
                                        tensors.computeIfAbsent(
                                                name,
                                                missing ->
                                                        Tensor.zeros(
                                                                batch,
                                                                branches.get(index).tokens()));
                                outputs.put(
                                        name,
                                        views.computeIfAbsent(
                                                name, missing -> device.view(tensor)));
                                requested
                                        .computeIfAbsent(signal, missing -> new HashMap<>())
                                        .put(index, tensor);
                            });
        }
        return requested;
    }

    @Override
    public void close() {
        views.values().forEach(DeviceTensor::close);
    }
}
