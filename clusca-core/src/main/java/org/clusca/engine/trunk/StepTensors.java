package org.clusca.engine.trunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/** Inputs of the graph that are made for one step, by name; closed after it. */
final class StepTensors implements AutoCloseable {
    private final Device device;
    private final Map<String, DeviceTensor> byName = new HashMap<>();
    private final List<DeviceTensor> owned = new ArrayList<>();

    StepTensors(Device device) {
        this.device = device;
    }

    Map<String, DeviceTensor> all() {
        return byName;
    }

    void view(String name, Tensor values) {
        put(name, view(values));
    }

    DeviceTensor view(Tensor values) {
        return own(device.view(values));
    }

    /** As {@link TrunkSwitches} takes them. */
    void flags(String name, ByteBuffer values, int count) {
        if (!device.separateFlags()) {
            booleans(name, values, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            ByteBuffer flag = values.slice(i, 1).order(ByteOrder.nativeOrder());
            booleans(TrunkInputs.flag(name, i), flag, 1);
        }
    }

    void booleans(String name, ByteBuffer values, long... shape) {
        put(name, booleans(values, shape));
    }

    DeviceTensor booleans(ByteBuffer values, long... shape) {
        return own(device.booleans(values, shape));
    }

    DeviceTensor longs(LongBuffer values, long... shape) {
        return own(device.longs(values, shape));
    }

    /** One that was made here can have several names. */
    void put(String name, DeviceTensor made) {
        byName.put(name, made);
    }

    private DeviceTensor own(DeviceTensor tensor) {
        owned.add(tensor);
        return tensor;
    }

    static ByteBuffer bytes(int count) {
        return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
    }

    static LongBuffer longs(int count) {
        return ByteBuffer.allocateDirect(8 * count).order(ByteOrder.nativeOrder()).asLongBuffer();
    }

    @Override
    public void close() {
        owned.forEach(DeviceTensor::close);
    }
}
