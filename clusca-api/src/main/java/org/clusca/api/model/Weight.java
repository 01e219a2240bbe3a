package org.clusca.api.model;

import java.nio.file.Path;
import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * Where one tensor lies in a safetensors file.
 *
 * @param name under which the file knows it
 * @param offset in bytes from the start of the file
 */
public record Weight(String name, DType dtype, long[] shape, Path file, long offset) {

    /** Element types that a network's weights may have. */
    public enum DType {
        F32(4),
        F16(2),
        BF16(2);

        private final int bytes;

        DType(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    public long elements() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    public long bytes() {
        return elements() * dtype.bytes();
    }

    /** The rows {@code [from, to)} of the first axis, where they lie. */
    public Weight rows(long from, long to) {
        if (shape.length == 0 || from < 0 || to > shape[0] || from >= to) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    file
                            + ": tensor "
                            + name
                            + " of shape "
                            + Arrays.toString(shape)
                            + " has no rows "
                            + from
                            + " to "
                            + to
                            + ".");
        }
        long[] part = shape.clone();
        part[0] = to - from;
        long row = elements() / shape[0] * dtype.bytes();
        return new Weight(name, dtype, part, file, offset + from * row);
    }

    /** The same numbers under another shape. */
    public Weight reshape(long... other) {
        return new Weight(name, dtype, other, file, offset);
    }
}
