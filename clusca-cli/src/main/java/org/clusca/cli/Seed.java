package org.clusca.cli;

import java.math.BigInteger;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A seed of 64 bits, signed or unsigned: other tools give both. */
final class Seed implements ITypeConverter<Long> {
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    @Override
    public Long convert(String text) {
        if (text.matches("[+-]?[0-9]{1,40}")) {
            BigInteger number = new BigInteger(text);
            if (number.compareTo(LEAST) >= 0 && number.compareTo(MOST) <= 0) {
                return number.longValue();
            }
        }
        throw new TypeConversionException(
                "a seed is a whole number from "
                        + LEAST
                        + " to "
                        + MOST
                        + ", found '"
                        + text
                        + "'");
    }
}
