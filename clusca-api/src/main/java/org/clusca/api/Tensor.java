package org.clusca.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A dense float32 tensor, row-major, in native memory that ONNX Runtime reads without a copy.
 *
 * <p>The buffer is shared, not copied: whoever makes a tensor says who may write to it.
 */
public final class Tensor {
    private final int[] shape;
    private final FloatBuffer data;

    private Tensor(int[] shape, FloatBuffer data) {
        this.shape = shape;
        this.data = data;
    }

    /** A tensor of zeros. */
    public static Tensor zeros(int... shape) {
        return new Tensor(shape.clone(), allocate(4 * count(shape), shape).asFloatBuffer());
    }

    /**
     * Native memory for a tensor.
     *
     * @param shape for the error
     * @throws CluscaException OUT_OF_MEMORY when there is none, or when it is more than one buffer
     *     holds
     */
    public static ByteBuffer allocate(long bytes, int... shape) {
        if (bytes > Integer.MAX_VALUE) {
            throw new CluscaException(
                    ErrorCode.OUT_OF_MEMORY,
                    "A tensor of shape "
                            + Arrays.toString(shape)
                            + " takes "
                            + bytes
                            + " bytes; one buffer holds at most 2 GiB.");
        }
        try {
            return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        } catch (OutOfMemoryError e) {
            // the JVM bounds direct memory by itself; unlike a full heap this leaves it intact
            throw new CluscaException(
                    ErrorCode.OUT_OF_MEMORY,
                    "No "
                            + bytes
                            + " bytes of direct memory are left; allow the JVM more with -XX:MaxDirectMemorySize, for example 8g.",
                    e);
        }
    }

    /** A tensor holding a copy of {@code values}. */
    public static Tensor of(float[] values, int... shape) {
        if (values.length != count(shape)) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill the shape " + Arrays.toString(shape));
        }
        Tensor tensor = zeros(shape);
        tensor.data.put(0, values);
        return tensor;
    }

    /** Number of elements of a shape. */
    public static long count(int... shape) {
        long count = 1;
        for (int dimension : shape) {
            count *= dimension;
        }
        return count;
    }

    public int[] shape() {
        return shape.clone();
    }

    public int dimension(int axis) {
        return shape[axis];
    }

    public int rank() {
        return shape.length;
    }

    public int size() {
        return data.capacity();
    }

    /** The whole memory, position 0; writes go through. */
    public FloatBuffer data() {
        return data.duplicate().clear();
    }

    /** A copy of the values. */
    public float[] toArray() {
        float[] values = new float[size()];
        data.get(0, values);
        return values;
    }

    /** The rows {@code [from, to)} along the first axis, sharing this memory. */
    public Tensor rows(int from, int to) {
        int row = shape[0] == 0 ? 0 : size() / shape[0];
        int[] part = shape.clone();
        part[0] = to - from;
        return new Tensor(part, data.slice(from * row, (to - from) * row));
    }

    /** The same memory under another shape of the same size. */
    public Tensor reshape(int... other) {
        if (count(other) != size()) {
            throw new IllegalArgumentException(
                    "Shape " + Arrays.toString(shape) + " cannot become " + Arrays.toString(other));
        }
        return new Tensor(other.clone(), data);
    }

    /** Whether no element is NaN or infinite. */
    public boolean isFinite() {
        for (int i = 0; i < size(); i++) {
            if (!Float.isFinite(data.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
