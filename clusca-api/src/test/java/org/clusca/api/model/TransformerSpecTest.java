package org.clusca.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.function.UnaryOperator;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;

class TransformerSpecTest {
    private static final TransformerSpec SPEC =
            TransformerSpec.builder()
                    .latentShape(3, 8, 8)
                    .gridWidth(4)
                    .branches(
                            List.of(
                                    new Branch(
                                            new BranchId(0, Stream.IMAGE, BranchKind.MLP),
                                            16,
                                            32,
                                            Cost.NONE,
                                            Cost.linear(16, 32, 32))))
                    .modulationWidth(96)
                    .build();

    @Test
    void guidesAllChannelsOfTheLatentUnlessToldOtherwise() {
        assertThat(SPEC.outputChannels()).isEqualTo(3);
        assertThat(SPEC.guidedChannels()).isEqualTo(3);
        TransformerSpec withVariance = SPEC.toBuilder().outputChannels(6).build();
        assertThat(withVariance.guidedChannels()).isEqualTo(3);
        assertThat(withVariance.toBuilder().guidedChannels(0).build().guidedChannels()).isZero();
        assertThat(withVariance.tokens(Stream.IMAGE)).isEqualTo(16);
    }

    @Test
    void itsShapeCannotBeChangedFromOutside() {
        SPEC.latentShape()[0] = 7;
        assertThat(SPEC.latentChannels()).isEqualTo(3);
    }

    @Test
    void refusesWhatCannotBeOnEveryPath() {
        refuses(spec -> spec.latentShape(3, 8), "latent shape");
        refuses(spec -> spec.latentShape(3, 0, 8), "latent shape");
        refuses(spec -> spec.outputChannels(2), "channels");
        refuses(spec -> spec.gridWidth(0), "token");
        refuses(spec -> spec.branches(List.of()), "branch");
        refuses(spec -> spec.modulationWidth(0), "modulation");
    }

    private static void refuses(UnaryOperator<TransformerSpec.Builder> change, String about) {
        assertThatExceptionOfType(CluscaException.class)
                .isThrownBy(() -> change.apply(SPEC.toBuilder()).build())
                .withMessageContaining(about)
                .extracting(CluscaException::code)
                .isEqualTo(ErrorCode.INVALID_MODEL);
    }
}
