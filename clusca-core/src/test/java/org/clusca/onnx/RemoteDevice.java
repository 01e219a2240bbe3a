package org.clusca.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.UnreadableTensor;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.clusca.api.Tensor;

/**
 * A device as a GPU will be one, with the host's memory: its values are made through ONNX Runtime's
 * table of C functions, whose entries the names here number, and refuse to be read from Java; all
 * sessions run on one thread.
 */
public final class RemoteDevice implements Device {
    private final CpuDevice host;
    private final NativeValues values;
    private final SessionThread thread = new SessionThread("remote-device");

    public RemoteDevice() {
        host = new CpuDevice(0);
        values = new NativeValues(environment().ort());
    }

    @Override
    public DeviceTensor allocate(ElementType type, int... shape) {
        Pointer value = values.value(values.hostAllocator(), type, shape);
        values.data(value).setMemory(0, type.bytes() * Tensor.count(shape), (byte) 0);
        return tensor(value, type, shape);
    }

    @Override
    public DeviceTensor constant(Tensor given) {
        Pointer value = values.value(values.hostAllocator(), ElementType.FLOAT32, given.shape());
        values.data(value).write(0, given.toArray(), 0, given.size());
        return tensor(value, ElementType.FLOAT32, given.shape());
    }

    private DeviceTensor tensor(Pointer value, ElementType type, int... shape) {
        return new DeviceTensor(
                new UnreadableTensor(
                        Pointer.nativeValue(value),
                        environment().ort(),
                        type.java(),
                        Arrays.stream(shape).asLongStream().toArray()));
    }

    @Override
    public OnnxEnvironment environment() {
        return host.environment();
    }

    @Override
    public DeviceTensor view(Tensor given) {
        return host.view(given);
    }

    @Override
    public DeviceTensor longs(LongBuffer given, long... shape) {
        return host.longs(given, shape);
    }

    @Override
    public DeviceTensor booleans(ByteBuffer given, long... shape) {
        return host.booleans(given, shape);
    }

    @Override
    public ElementType computeType() {
        return host.computeType();
    }

    @Override
    public boolean separateFlags() {
        return true;
    }

    @Override
    public String arena() {
        return host.arena();
    }

    @Override
    public Layers layers(OnnxGraph graph) {
        return host.layers(graph);
    }

    @Override
    public MemoryLedger memory() {
        return host.memory();
    }

    @Override
    public <T> T run(Call<T> run) throws OrtException {
        return thread.run(run);
    }

    @Override
    public void configure(OrtSession.SessionOptions options) throws OrtException {
        host.configure(options);
    }
}
