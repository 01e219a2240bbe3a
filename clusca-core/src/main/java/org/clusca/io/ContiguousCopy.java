package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Weight;

/** Tensors that lie in strides, such as transposed ones, row by row in a file of their own. */
final class ContiguousCopy {
    private static final int CHUNK = 1 << 20;

    private ContiguousCopy() {}

    /**
     * @param storage begins where the tensor's storage does
     */
    static Weight of(Weight storage, TorchTensor tensor) {
        return CachedWeight.of(
                storage,
                "strides " + tensor.offset() + Arrays.toString(tensor.strides()),
                storage.dtype(),
                channel -> write(storage, tensor, channel));
    }

    private static void write(Weight weight, TorchTensor tensor, WritableByteChannel out)
            throws IOException {
        int size = weight.dtype().bytes();
        long bytes = tensor.storage().elements() * (tensor.storage().dtype() == null ? 1 : size);
        if (bytes > Integer.MAX_VALUE) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    weight.file()
                            + ": tensor "
                            + weight.name()
                            + " is transposed and lies among more than 2 GiB"
                            + TorchGlobals.ADVICE);
        }
        try (FileChannel in = FileChannel.open(weight.file())) {
            ByteBuffer from = in.map(MapMode.READ_ONLY, weight.offset(), bytes);
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            int rank = tensor.shape().length;
            long[] index = new long[rank];
            long position = tensor.offset();
            for (long left = weight.elements(); left > 0; left--) {
                chunk.put(from.slice(Math.toIntExact(position * size), size));
                if (chunk.remaining() < size || left == 1) {
                    OutputFile.writeFully(out, chunk.flip());
                    chunk.clear();
                }
                for (int axis = rank - 1; axis >= 0; axis--) {
                    position += tensor.strides()[axis];
                    if (++index[axis] < tensor.shape()[axis]) {
                        break;
                    }
                    position -= tensor.shape()[axis] * tensor.strides()[axis];
                    index[axis] = 0;
                }
            }
        }
    }
}
