package ai.onnxruntime;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Optional;

/**
 * A tensor whose memory the host must not touch, as if it lay on another device; made from a value
 * of ONNX Runtime's C API. In this package because the constructor is for it alone.
 */
public final class UnreadableTensor extends OnnxTensor {
    /**
     * @param value owned by this tensor from now on
     */
    public UnreadableTensor(
            long value, OrtEnvironment environment, OnnxJavaType type, long[] shape) {
        super(
                value,
                environment.defaultAllocator.handle,
                new TensorInfo(shape, type, TensorInfo.OnnxTensorType.mapFromJavaType(type)));
    }

    private static AssertionError refused() {
        return new AssertionError("The host reads a tensor of the device.");
    }

    @Override
    public Object getValue() {
        throw refused();
    }

    @Override
    public Optional<Buffer> getBufferRef() {
        throw refused();
    }

    @Override
    public ByteBuffer getByteBuffer() {
        throw refused();
    }

    @Override
    public FloatBuffer getFloatBuffer() {
        throw refused();
    }

    @Override
    public DoubleBuffer getDoubleBuffer() {
        throw refused();
    }

    @Override
    public ShortBuffer getShortBuffer() {
        throw refused();
    }

    @Override
    public IntBuffer getIntBuffer() {
        throw refused();
    }

    @Override
    public LongBuffer getLongBuffer() {
        throw refused();
    }
}
