package org.clusca.policy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;

/**
 * A polynomial of one number.
 *
 * @param coefficients the one of the highest power first
 */
public record Polynomial(List<Double> coefficients) {
    /** The number itself. */
    public static final Polynomial IDENTITY = new Polynomial(List.of(1.0, 0.0));

    /** Between coefficients as text: neither a comma nor a sign of a number. */
    private static final String SEPARATOR = ":";

    /**
     * @throws CluscaException INVALID_PARAMETER when there is no coefficient, or one is not finite
     */
    public Polynomial {
        coefficients = List.copyOf(coefficients);
        if (coefficients.isEmpty() || !coefficients.stream().allMatch(Double::isFinite)) {
            throw refused(coefficients);
        }
    }

    /** Of text such as {@code 2:-1:0.5}, which is {@code 2 x^2 - x + 0.5}. */
    public static Polynomial parse(String text) {
        try {
            return new Polynomial(
                    Arrays.stream(text.split(SEPARATOR, -1))
                            .map(number -> new BigDecimal(number).doubleValue())
                            .toList());
        } catch (NumberFormatException e) {
            throw refused(text);
        }
    }

    private static CluscaException refused(Object found) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                "A polynomial must be its coefficients, the one of the highest power first, such as"
                        + " 2:-1:0.5, found "
                        + found
                        + ".");
    }

    public double at(double x) {
        double sum = 0;
        for (double coefficient : coefficients) {
            sum = sum * x + coefficient;
        }
        return sum;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return coefficients.stream().map(Parameter::format).collect(Collectors.joining(SEPARATOR));
    }
}
