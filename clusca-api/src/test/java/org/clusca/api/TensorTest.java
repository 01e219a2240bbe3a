package org.clusca.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Shapes and shared memory. */
final class TensorTest {
    private final Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

    @Test
    void rowsShareMemory() {
        Tensor rows = tensor.rows(1, 3);
        assertThat(rows.shape()).containsExactly(2, 2);
        assertThat(rows.toArray()).containsExactly(3, 4, 5, 6);
        rows.data().put(0, 9);
        assertThat(tensor.toArray()).containsExactly(1, 2, 9, 4, 5, 6);
    }

    @Test
    void reshapedSharesMemory() {
        Tensor flat = tensor.reshape(6);
        flat.data().put(5, 7);
        assertThat(tensor.toArray()).containsExactly(1, 2, 3, 4, 5, 7);
        assertThatIllegalArgumentException().isThrownBy(() -> tensor.reshape(4));
    }

    @Test
    void valuesAreCopiedAndMustFillTheShape() {
        float[] values = {1, 2};
        Tensor copy = Tensor.of(values, 2);
        values[0] = 5;
        assertThat(copy.toArray()).containsExactly(1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(values, 3));
    }

    @Test
    void theShapeCannotBeChangedFromOutside() {
        tensor.shape()[0] = 8;
        assertThat(tensor.dimension(0)).isEqualTo(3);
    }

    @Test
    void finiteness() {
        assertThat(tensor.isFinite()).isTrue();
        assertThat(Tensor.of(new float[] {1, Float.NaN}, 2).isFinite()).isFalse();
        assertThat(Tensor.of(new float[] {Float.NEGATIVE_INFINITY}, 1).isFinite()).isFalse();
        assertThat(Tensor.zeros(0, 3).isFinite()).isTrue();
    }

    @Test
    void moreThanOneBufferHoldsIsRefused() {
        assertThatThrownBy(() -> Tensor.zeros(1 << 20, 1 << 10))
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                .hasMessageContaining("[1048576, 1024]");
    }
}
