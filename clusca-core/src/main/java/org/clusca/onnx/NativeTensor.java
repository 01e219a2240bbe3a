package org.clusca.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;

/** A view of Java memory that a session reads or writes in place; closed by whoever made it. */
public final class NativeTensor implements AutoCloseable {
    private final OnnxTensor tensor;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private NativeTensor(OnnxTensor tensor) {
        this.tensor = tensor;
        OnnxEnvironment.countTensor(1);
    }

    public static NativeTensor of(OnnxEnvironment environment, Tensor tensor) {
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        try {
            return new NativeTensor(
                    OnnxTensor.createTensor(environment.ort(), tensor.data(), shape));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    public static NativeTensor of(OnnxEnvironment environment, LongBuffer values, long... shape) {
        try {
            return new NativeTensor(OnnxTensor.createTensor(environment.ort(), values, shape));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Zeros in 16 bits, which only graphs read and write. */
    public static NativeTensor bfloat16(OnnxEnvironment environment, int... shape) {
        long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
        ByteBuffer memory = Tensor.allocate(2 * Tensor.count(shape), shape);
        try {
            return new NativeTensor(
                    OnnxTensor.createTensor(
                            environment.ort(), memory, dimensions, OnnxJavaType.BFLOAT16));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Booleans: a byte each, 0 or 1. */
    public static NativeTensor booleans(
            OnnxEnvironment environment, ByteBuffer values, long... shape) {
        try {
            return new NativeTensor(
                    OnnxTensor.createTensor(environment.ort(), values, shape, OnnxJavaType.BOOL));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static CluscaException failed(OrtException e) {
        return new CluscaException(
                ErrorCode.RUNTIME, "ONNX Runtime refused a tensor: " + e.getMessage(), e);
    }

    OnnxTensor ort() {
        return tensor;
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            tensor.close();
            OnnxEnvironment.countTensor(-1);
        }
    }
}
