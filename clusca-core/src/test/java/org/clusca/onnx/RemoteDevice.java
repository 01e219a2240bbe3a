package org.clusca.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.UnreadableTensor;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.clusca.api.Tensor;

/**
 * A device as a GPU will be one, with the host's memory: its values are made through ONNX Runtime's
 * table of C functions, whose entries the names here number, and refuse to be read from Java; all
 * sessions run on one thread.
 */
public final class RemoteDevice implements Device {
    private static final int GET_ERROR_MESSAGE = 2;
    private static final int CREATE_TENSOR_AS_ORT_VALUE = 48;
    private static final int GET_TENSOR_MUTABLE_DATA = 51;

    private final CpuDevice host;
    private final Pointer functions;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread daemon = new Thread(task, "remote-device");
                        daemon.setDaemon(true);
                        return daemon;
                    });

    public RemoteDevice() {
        host = new CpuDevice(0);
        functions = new Pointer(UnreadableTensor.functions());
    }

    @Override
    public DeviceTensor allocate(ElementType type, int... shape) {
        PointerByReference value = new PointerByReference();
        long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
        call(
                CREATE_TENSOR_AS_ORT_VALUE,
                new Pointer(UnreadableTensor.allocator(environment().ort())),
                dimensions,
                (long) shape.length,
                type.code(),
                value);
        OnnxTensor tensor =
                new UnreadableTensor(
                        Pointer.nativeValue(value.getValue()),
                        environment().ort(),
                        type.java(),
                        dimensions);
        data(value.getValue()).setMemory(0, type.bytes() * Tensor.count(shape), (byte) 0);
        return new DeviceTensor(tensor);
    }

    @Override
    public DeviceTensor constant(Tensor given) {
        DeviceTensor copy = allocate(ElementType.FLOAT32, given.shape());
        data(new Pointer(((UnreadableTensor) copy.ort()).value()))
                .write(0, given.toArray(), 0, given.size());
        return copy;
    }

    private Pointer data(Pointer value) {
        PointerByReference data = new PointerByReference();
        call(GET_TENSOR_MUTABLE_DATA, value, data);
        return data.getValue();
    }

    private void call(int function, Object... arguments) {
        Pointer status = function(function).invokePointer(arguments);
        if (status != null) {
            throw new AssertionError(
                    function(GET_ERROR_MESSAGE).invokeString(new Object[] {status}, false));
        }
    }

    private Function function(int entry) {
        return Function.getFunction(functions.getPointer((long) entry * Long.BYTES));
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
    public Layers layers(OnnxGraph graph) {
        return host.layers(graph);
    }

    @Override
    public MemoryLedger memory() {
        return host.memory();
    }

    @Override
    public <T> T run(Call<T> run) throws OrtException {
        Future<T> running = thread.submit(run::call);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    // whoever interrupted has also ended the run, which uses the caller's memory
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof OrtException refused) {
                        throw refused;
                    }
                    throw new AssertionError(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void configure(OrtSession.SessionOptions options) throws OrtException {
        host.configure(options);
    }
}
