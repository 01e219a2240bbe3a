package org.clusca.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.engine.Generated;
import org.jspecify.annotations.Nullable;

/** Comparisons whose failures say in words what was expected of the part under test. */
final class Checks {
    private Checks() {}

    /** Equal to the last bit: 0 and -0 differ. */
    static void sameBits(String expectation, Tensor actual, Tensor expected) {
        assertThat(actual.shape()).as("%s: the shape", expectation).isEqualTo(expected.shape());
        float[] numbers = actual.toArray();
        float[] wanted = expected.toArray();
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Float.floatToRawIntBits(numbers[i]))
                    .withFailMessage(
                            "%s; element %s is %s instead of %s",
                            expectation, i, numbers[i], wanted[i])
                    .isEqualTo(Float.floatToRawIntBits(wanted[i]));
        }
    }

    /** The latents of every step and the last ones are equal to the last bit. */
    static void sameBits(String expectation, Generated actual, Generated expected) {
        List<Tensor> steps = expected.stepLatents();
        assertThat(actual.stepLatents())
                .as("%s: the number of steps", expectation)
                .hasSameSizeAs(steps);
        for (int i = 0; i < steps.size(); i++) {
            sameBits(
                    expectation + " (after step " + i + ")",
                    actual.stepLatents().get(i),
                    steps.get(i));
        }
        sameBits(expectation, actual.latents(), expected.latents());
    }

    /** The relative error {@code ||actual - expected|| / ||expected||} is small. */
    static void close(String expectation, Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).as("%s: the shape", expectation).isEqualTo(expected.shape());
        double error = relativeError(actual, expected);
        assertThat(error <= tolerance)
                .withFailMessage(
                        "%s; the relative error is %s, allowed is %s",
                        expectation, error, tolerance)
                .isTrue();
    }

    /** Every number is off by a small part of what it should be. */
    static void close(
            String expectation, double @Nullable [] actual, double[] expected, double tolerance) {
        assertThat(actual).as("%s: the rows", expectation).isNotNull().hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(requireNonNull(actual)[i])
                    .as("%s in row %s", expectation, i)
                    .isCloseTo(expected[i], within(tolerance * Math.abs(expected[i]) + 1e-6));
        }
    }

    static double relativeError(Tensor actual, Tensor expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.size(); i++) {
            double wanted = expected.data().get(i);
            double gap = actual.data().get(i) - wanted;
            difference += gap * gap;
            norm += wanted * wanted;
        }
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }

    /** Refused with a {@link CluscaException} of one code whose message names some things. */
    static void refused(
            String expectation, ErrorCode code, ThrowingCallable call, String... named) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown)
                .withFailMessage(
                        "%s with a CluscaException %s; found %s", expectation, code, thrown)
                .isInstanceOf(CluscaException.class);
        assertThat(((CluscaException) thrown).code())
                .withFailMessage("%s with the code %s; found %s", expectation, code, thrown)
                .isEqualTo(code);
        for (String part : named) {
            assertThat(thrown.getMessage())
                    .withFailMessage(
                            "%s with a message that names '%s'; found: %s",
                            expectation, part, thrown.getMessage())
                    .containsIgnoringCase(part);
        }
    }
}
