package org.clusca.io;

import java.nio.ByteBuffer;
import org.clusca.api.model.Weight;

/**
 * Widens floating point numbers of 16 and 8 bits; exact, as float32 holds every value of theirs.
 */
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

    /** 1 sign, 4 exponent, 3 mantissa bits, with NaN and without infinity. */
    static float float8e4m3(byte bits) {
        int magnitude = bits & 0x7f;
        if (magnitude == 0x7f) {
            return Float.NaN;
        }
        // the bits of a float16 whose exponent is off by 8, subnormal numbers included
        float value = float16((short) (magnitude << 7)) * 0x1p8f;
        return bits < 0 ? -value : value;
    }

    /** The next number of a tensor's bytes, as float32. */
    static float next(Weight.DType dtype, ByteBuffer bytes) {
        return switch (dtype) {
            case F32 -> bytes.getFloat();
            case F16 -> float16(bytes.getShort());
            case BF16 -> bfloat16(bytes.getShort());
            case F8_E4M3 -> float8e4m3(bytes.get());
            case F8_E5M2 -> float16((short) (bytes.get() << 8));
        };
    }
}
