package org.clusca.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;

class GoldenTest {
    @Test
    void relativeError() {
        Tensor expected = Tensor.of(new float[] {3, 4}, 2);

        assertThat(Golden.relativeError(Tensor.of(new float[] {3, 4.5f}, 2), expected))
                .isCloseTo(0.1, within(1e-12));
        assertThat(Golden.relativeError(expected, expected)).isZero();
        assertThat(Golden.relativeError(Tensor.zeros(2), Tensor.zeros(2))).isZero();
        assertThat(Golden.relativeError(expected, Tensor.zeros(2))).isInfinite();
        assertThat(Golden.relativeError(Tensor.of(new float[] {3, Float.NaN}, 2), expected))
                .isNaN();
    }

    @Test
    void aFailureSaysWhere() {
        Tensor expected = Tensor.of(new float[] {1, 1, 1, 1}, 2, 2);
        Tensor actual = Tensor.of(new float[] {1, 1.5f, 2, 1}, 2, 2);

        Golden.assertClose("same", expected, expected, 0);
        assertThatThrownBy(() -> Golden.assertClose("block 3", actual, expected, 1e-5))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("block 3", "5.590e-01", "1.000e-05", "[1, 0]", "2.0");
    }

    @Test
    void shapesAndNotANumberFail() {
        Tensor expected = Tensor.zeros(2, 2);
        Tensor broken = Tensor.zeros(2, 2);
        broken.data().put(3, Float.NaN);

        assertThatThrownBy(() -> Golden.assertClose("x", Tensor.zeros(4), expected, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("shape of x");
        assertThatThrownBy(() -> Golden.assertClose("x", broken, expected, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("NaN", "[1, 1]");
    }
}
