package org.clusca.api.model;

import java.nio.file.Path;
import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * Where one tensor lies in a file.
 *
 * @param name under which the file knows it
 * @param offset in bytes from the start of the file
 * @param scale what every number that is read has to be multiplied by; 1 but for some in 8 bits
 */
public record Weight(String name, DType dtype, long[] shape, Path file, long offset, float scale) {

    /** Element types that a network's weights may have. */
    public enum DType {
        F32(4),
        F16(2),
        BF16(2),
        /** 1 sign, 4 exponent, 3 mantissa bits; no infinity (E4M3FN). */
        F8_E4M3(1),
        /** 1 sign, 5 exponent, 2 mantissa bits: the upper half of a float16. */
        F8_E5M2(1);

        private final int bytes;

        DType(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    /** Numbers that are what they are. */
    public Weight(String name, DType dtype, long[] shape, Path file, long offset) {
        this(name, dtype, shape, file, offset, 1);
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
        return new Weight(name, dtype, part, file, offset + from * row, scale);
    }

    /** The same numbers under another shape. */
    public Weight reshape(long... other) {
        return new Weight(name, dtype, other, file, offset, scale);
    }
}
