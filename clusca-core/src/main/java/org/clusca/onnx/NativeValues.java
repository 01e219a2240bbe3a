package org.clusca.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * Tensors in a device's memory, which ONNX Runtime's Java library cannot make: through the table of
 * C functions beneath it, whose entries the names here number (the table only ever grows at its
 * end). Needs JNA on the class path.
 */
final class NativeValues {
    private static final int GET_ERROR_MESSAGE = 2;
    private static final int CREATE_TENSOR_AS_ORT_VALUE = 48;
    private static final int GET_TENSOR_MUTABLE_DATA = 51;
    private static final int CREATE_MEMORY_INFO = 68;
    private static final int RELEASE_STATUS = 93;
    private static final int RELEASE_MEMORY_INFO = 94;
    private static final int CREATE_ALLOCATOR = 131;
    private static final int RELEASE_ALLOCATOR = 132;

    /** Kind of allocator: one that keeps what is freed for the next that asks. */
    private static final int ARENA = 1;

    /** Kind of memory: the device's own. */
    private static final int OWN_MEMORY = 0;

    private final Pointer functions;
    private final Constructor<OnnxTensor> made;
    private final Constructor<TensorInfo> information;
    private final long hostAllocator;

    NativeValues(OrtEnvironment environment) {
        try {
            Class<?> runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
            functions = new Pointer(field(runtime, "ortApiHandle").getLong(null));
            made =
                    OnnxTensor.class.getDeclaredConstructor(
                            long.class, long.class, TensorInfo.class);
            made.setAccessible(true);
            information =
                    TensorInfo.class.getDeclaredConstructor(
                            long[].class, OnnxJavaType.class, TensorInfo.OnnxTensorType.class);
            information.setAccessible(true);
            Object allocator = field(OrtEnvironment.class, "defaultAllocator").get(environment);
            hostAllocator = field(allocator.getClass(), "handle").getLong(allocator);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw hidden(e);
        }
    }

    private static CluscaException hidden(Exception cause) {
        return new CluscaException(
                ErrorCode.RUNTIME,
                "This version of ONNX Runtime's Java library does not show where its values lie, so"
                        + " nothing can be kept on another device; take version 1.29: "
                        + cause,
                cause);
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** Of the host's memory; lives as long as the environment. */
    Pointer hostAllocator() {
        return new Pointer(hostAllocator);
    }

    /**
     * Of a device's memory, as long as the session is open.
     *
     * @param memory name that the device's provider gives to it, such as {@code Cuda}
     */
    Pointer allocator(OrtSession session, String memory, int index) {
        PointerByReference info = new PointerByReference();
        call(CREATE_MEMORY_INFO, memory, ARENA, index, OWN_MEMORY, info);
        try {
            PointerByReference allocator = new PointerByReference();
            long handle = field(OrtSession.class, "nativeHandle").getLong(session);
            call(CREATE_ALLOCATOR, new Pointer(handle), info.getValue(), allocator);
            return allocator.getValue();
        } catch (ReflectiveOperationException e) {
            throw hidden(e);
        } finally {
            function(RELEASE_MEMORY_INFO).invokeVoid(new Object[] {info.getValue()});
        }
    }

    void release(Pointer allocator) {
        function(RELEASE_ALLOCATOR).invokeVoid(new Object[] {allocator});
    }

    /** A value whose memory is not set to anything yet. */
    Pointer value(Pointer allocator, ElementType type, int... shape) {
        PointerByReference value = new PointerByReference();
        call(
                CREATE_TENSOR_AS_ORT_VALUE,
                allocator,
                longs(shape),
                (long) shape.length,
                type.code(),
                value);
        return value.getValue();
    }

    /** Where its numbers lie; on another device that is no address of the host's. */
    Pointer data(Pointer value) {
        PointerByReference data = new PointerByReference();
        call(GET_TENSOR_MUTABLE_DATA, value, data);
        return data.getValue();
    }

    /** The value as runs take it, which releases it when closed; never to be read from Java. */
    OnnxTensor tensor(Pointer value, ElementType type, int... shape) {
        try {
            Object info =
                    information.newInstance(
                            longs(shape),
                            type.java(),
                            TensorInfo.OnnxTensorType.mapFromJavaType(type.java()));
            return made.newInstance(Pointer.nativeValue(value), hostAllocator, info);
        } catch (ReflectiveOperationException e) {
            throw hidden(e);
        }
    }

    private void call(int function, Object... arguments) {
        Pointer status = function(function).invokePointer(arguments);
        if (status != null) {
            String message = function(GET_ERROR_MESSAGE).invokeString(new Object[] {status}, false);
            function(RELEASE_STATUS).invokeVoid(new Object[] {status});
            throw new CluscaException(ErrorCode.RUNTIME, "ONNX Runtime failed: " + message);
        }
    }

    private Function function(int entry) {
        return Function.getFunction(functions.getPointer((long) entry * Long.BYTES));
    }

    private static long[] longs(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
