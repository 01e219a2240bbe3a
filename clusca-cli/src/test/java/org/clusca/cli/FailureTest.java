package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTest {
    private static String printed(ErrorCode code, String message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(
                        Failure.execution(
                                new Console(stream, stream, 0),
                                false,
                                new CluscaException(code, message)))
                .isEqualTo(Failure.FAILED);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void oneLineThatSaysWhatHappened(ErrorCode code) {
        String printed = printed(code, "It went wrong\n  before step 3.");
        assertThat(printed.lines()).hasSize(1);
        assertThat(printed).startsWith("clusca: It went wrong before step 3.");
    }

    @ParameterizedTest
    @CsvSource({
        "TIMED_OUT, Nothing was written; --timeout allows more",
        "CANCELLED, Nothing was written.",
        "INTERRUPTED, Nothing was written; run it again.",
        "CLOSED, a fault of Clusca"
    })
    void whatWasGivenUpHasAnOutcome(ErrorCode code, String outcome) {
        assertThat(printed(code, "It was given up.")).contains(outcome);
    }

    @Test
    void whatWasRefusedHasNone() {
        assertThat(printed(ErrorCode.INVALID_PARAMETER, "Too few."))
                .isEqualTo("clusca: Too few." + System.lineSeparator());
    }
}
