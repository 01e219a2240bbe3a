package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/** The buffers that every step of a generation reads and writes. */
final class TrunkMemory implements AutoCloseable {
    final Tensor modulation;
    final Tensor output;

    private final int batch;
    private final Tensor latents;
    private final Map<String, DeviceTensor> inputs = new HashMap<>();
    private final List<DeviceTensor> owned = new ArrayList<>();
    private final DeviceTensor outputView;

    /**
     * @param context of every row of the batch
     */
    TrunkMemory(Device device, TransformerSpec spec, List<Map<String, Tensor>> context) {
        batch = context.size();
        latents = Tensor.zeros(shape(spec, spec.latentChannels()));
        modulation = Tensor.zeros(batch, spec.modulationWidth());
        output = Tensor.zeros(shape(spec, spec.outputChannels()));
        try {
            outputView = own(device.view(output));
            inputs.put(TrunkInputs.LATENT, own(device.view(latents)));
            inputs.put(TrunkInputs.MODULATION, own(device.view(modulation)));
            for (String name : spec.trunkRows().keySet()) {
                List<Tensor> rows = context.stream().map(row -> row.get(name)).toList();
                inputs.put(name, own(device.constant(stacked(rows))));
            }
            spec.positions()
                    .forEach((name, table) -> inputs.put(name, own(device.constant(table))));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private DeviceTensor own(DeviceTensor tensor) {
        owned.add(tensor);
        return tensor;
    }

    private int[] shape(TransformerSpec spec, int channels) {
        int[] latent = spec.latentShape();
        int[] shape = new int[latent.length + 1];
        System.arraycopy(latent, 0, shape, 1, latent.length);
        shape[0] = batch;
        shape[1] = channels;
        return shape;
    }

    private static Tensor stacked(List<Tensor> rows) {
        int[] shape = rows.get(0).shape();
        int size = rows.get(0).size();
        shape[0] = rows.size();
        Tensor stacked = Tensor.zeros(shape);
        for (int i = 0; i < rows.size(); i++) {
            stacked.data().put(i * size, rows.get(i).data(), 0, size);
        }
        return stacked;
    }

    /** Under guidance both rows of an image see the same latent. */
    void repeat(Tensor images) {
        int size = images.size() / images.dimension(0);
        int rows = batch / images.dimension(0);
        for (int row = 0; row < batch; row++) {
            latents.data().put(row * size, images.data(), row / rows * size, size);
        }
    }

    void feed(Map<String, DeviceTensor> in) {
        in.putAll(inputs);
    }

    void request(Map<String, DeviceTensor> out) {
        out.put(TrunkGraph.OUTPUT, outputView);
    }

    @Override
    public void close() {
        owned.forEach(DeviceTensor::close);
    }
}
