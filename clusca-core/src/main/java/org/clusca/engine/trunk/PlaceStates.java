package org.clusca.engine.trunk;

import java.util.HashMap;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.StepPlan;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/**
 * Where a step shows what it has computed of places, {@code [batch, tokens, channels]}; allocated
 * when first asked for.
 */
final class PlaceStates implements AutoCloseable {
    private final Device device;
    private final int batch;
    private final Map<Place, Tensor> tensors = new HashMap<>();
    private final Map<Place, DeviceTensor> views = new HashMap<>();

    PlaceStates(Device device, int batch) {
        this.device = device;
        this.batch = batch;
    }

    /** Asks for those that the plan computes. */
    Map<Place, Tensor> request(
            StepPlan plan,
            FeatureCache cache,
            TrunkGraph graph,
            Map<String, DeviceTensor> outputs) {
        Map<Place, Tensor> requested = new HashMap<>();
        for (PlaceSlot slot : cache.places()) {
            Place place = slot.place();
            String name = graph.observed().get(place);
            if (name != null && slot.observed() && plan.computes(place)) {
                Tensor tensor =
                        tensors.computeIfAbsent(
                                place, p -> Tensor.zeros(batch, slot.tokens(), slot.width()));
                outputs.put(name, views.computeIfAbsent(place, p -> device.view(tensor)));
                requested.put(place, tensor);
            }
        }
        return requested;
    }

    @Override
    public void close() {
        views.values().forEach(DeviceTensor::close);
    }
}
