package org.clusca.io;

import org.jspecify.annotations.Nullable;

/**
 * A tensor as a PyTorch file describes it: a view of a storage, which other tensors may share.
 *
 * @param dtype as safetensors files spell it, e.g. {@code F32}
 * @param offset of the first element, in elements of the storage
 * @param strides in elements; of a transposed matrix {@code [1, rows]}
 */
record TorchTensor(Storage storage, String dtype, long offset, long[] shape, long[] strides) {
    /**
     * A storage of the file.
     *
     * @param key its name within the file
     * @param dtype null for one of bytes
     * @param elements bytes where it has no type
     */
    record Storage(String key, @Nullable String dtype, long elements) {}

    /** Whether the elements lie as a safetensors file would hold them. */
    boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (shape[axis] != 1 && strides[axis] != expected) {
                return false;
            }
            expected *= shape[axis];
        }
        return true;
    }
}
