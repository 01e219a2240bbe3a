package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;

/** Guidance on some channels, the others from the conditional half. */
final class GuidanceTest {
    /** Two images of three channels of 1x2; conditional half first. */
    private final Tensor output =
            Tensor.of(
                    new float[] {
                        1, 2, 3, 4, 5, 6, // image 0
                        7, 8, 9, 10, 11, 12, // image 1
                        0, 0, 1, 1, 2, 2, // image 0, unconditional
                        1, 1, 1, 1, 1, 1, // image 1, unconditional
                    },
                    4,
                    3,
                    1,
                    2);

    @Test
    void guidesTheLeadingChannels() {
        Tensor guided = Guidance.apply(output, 3, 2);
        assertThat(guided.shape()).containsExactly(2, 3, 1, 2);
        assertThat(guided.toArray()).containsExactly(3, 6, 7, 10, 5, 6, 19, 22, 25, 28, 11, 12);
    }

    @Test
    void scaleOneIsTheConditionalHalf() {
        assertThat(Guidance.apply(output, 1, 3).toArray())
                .containsExactly(output.rows(0, 2).toArray());
    }

    @Test
    void scaleZeroIsTheUnconditionalHalf() {
        assertThat(Guidance.apply(output, 0, 3).toArray())
                .containsExactly(output.rows(2, 4).toArray());
    }
}
