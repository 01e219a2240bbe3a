package org.clusca.io;

import java.nio.ByteBuffer;
import org.clusca.api.model.Weight;

/** Widens 16-bit floating point numbers; exact, as float32 holds every value of both formats. */
public final class HalfPrecision {
    private static final int MANTISSA_BITS = 10;
    private static final int EXPONENT_MASK = 0x1f;

    private HalfPrecision() {}

    /** IEEE 754 binary16: 1 sign, 5 exponent, 10 mantissa bits. */
    public static float float16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >>> MANTISSA_BITS & EXPONENT_MASK;
        int mantissa = bits & 0x3ff;
        if (exponent == 0) {
            // Zero, or mantissa * 2^-24, which a float32 multiplication gives exactly.
            float magnitude = mantissa * 0x1p-24f;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int wide = exponent == EXPONENT_MASK ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | mantissa << 13);
    }

    /** The upper half of a float32. */
    public static float bfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The next number of a tensor's bytes, as float32. */
    static float next(Weight.DType dtype, ByteBuffer bytes) {
        return switch (dtype) {
            case F32 -> bytes.getFloat();
            case F16 -> float16(bytes.getShort());
            case BF16 -> bfloat16(bytes.getShort());
        };
    }
}
