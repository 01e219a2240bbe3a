package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final Request REQUEST =
            Request.builder().conditions("fox", "owl").count(3).steps(9).seed(7).build();

    @Test
    void changesAreMadeOnACopy() {
        Request longer = REQUEST.toBuilder().steps(20).build();
        assertThat(longer.steps()).isEqualTo(20);
        assertThat(longer.images()).isEqualTo(6);
        assertThat(longer.seed()).isEqualTo(7);
        assertThat(REQUEST.steps()).isEqualTo(9);
    }

    @Test
    void aBuilderThatGoesOnChangesNothingThatWasBuilt() {
        Request.Builder builder = REQUEST.toBuilder();
        Request built = builder.build();
        builder.steps(20);
        assertThat(built.steps()).isEqualTo(9);
    }

    @Test
    void refusesWhatCannotBeOnEveryPath() {
        refuses(request -> request.conditions(), "class or prompt");
        refuses(request -> request.count(0), "number of images");
        refuses(request -> request.steps(0), "number of steps");
        refuses(request -> request.guidance(Double.NaN), "guidance scale");
        refuses(request -> request.maxSequenceLength(0), "sequence length");
        refuses(request -> request.timeout(Duration.ofSeconds(-1)), "timeout");
    }

    private static void refuses(UnaryOperator<Request.Builder> change, String about) {
        assertThatExceptionOfType(CluscaException.class)
                .isThrownBy(() -> change.apply(REQUEST.toBuilder()).build())
                .withMessageContaining(about)
                .extracting(CluscaException::code)
                .isEqualTo(ErrorCode.INVALID_PARAMETER);
    }
}
