package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clustering;
import org.junit.jupiter.api.Test;

final class FurthestOffTest {
    @Test
    void isTheLargestErrorOfEachClusterThatHasTokens() {
        Tensor errors = Tensor.of(new float[] {0, 3, 2, 1, 0, 0, 5, 4}, 2, 4);
        Clustering clustering =
                new Clustering(new int[][] {{0, 0, 2, 2}, {1, 1, 1, 0}}, 3, null, new int[] {1, 1});

        int[][] tokens = FurthestOff.of(errors, clustering);

        assertThat(tokens[0]).containsExactly(1, 2);
        assertThat(tokens[1]).containsExactly(3, 2);
    }
}
