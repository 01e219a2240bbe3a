package org.clusca.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Asserts errors of Clusca: their code, one line of message, and what it must name. */
public final class Refusals {
    private Refusals() {}

    public static void assertRefused(ErrorCode code, ThrowingCallable call, Object... named) {
        CluscaException e = catchThrowableOfType(CluscaException.class, call);
        assertThat(e).as("a CluscaException %s", code).isNotNull();
        assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
        assertThat(e.getMessage()).doesNotContain("\n", "\r");
        for (Object part : named) {
            assertThat(e.getMessage()).contains(part.toString());
        }
    }
}
