package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.clusca.api.cluster.Clustering;
import org.junit.jupiter.api.Test;

/** The draw of one token per cluster. */
final class TokenSelectorTest {
    /** Tokens 0 to 59; cluster 2 is empty, cluster 3 holds token 5 alone. */
    private static Clustering clustering() {
        int[] row = new int[60];
        for (int token = 0; token < row.length; token++) {
            row[token] = token == 5 ? 3 : token % 2;
        }
        return new Clustering(new int[][] {row, row}, 4, null, new int[2]);
    }

    private static int[] select(long seed, int step, int branch, int row) {
        return TokenSelector.ONE_PER_CLUSTER.select(seed, step, branch, row, clustering());
    }

    @Test
    void oneMemberOfEveryClusterThatHasOne() {
        int[] labels = clustering().labels()[0];
        for (int step = 0; step < 50; step++) {
            assertThat(Arrays.stream(select(1, step, 0, 0)).map(token -> labels[token]))
                    .containsExactly(0, 1, 3);
        }
    }

    @Test
    void theSameDrawAgain() {
        assertThat(select(1, 2, 3, 1)).containsExactly(select(1, 2, 3, 1));
    }

    @Test
    void anotherDrawForEverySeedStepBranchAndRow() {
        Set<Integer> first = new HashSet<>();
        Set<Integer> second = new HashSet<>();
        Set<Integer> third = new HashSet<>();
        Set<Integer> fourth = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            first.add(select(i, 0, 0, 0)[0]);
            second.add(select(0, i, 0, 0)[0]);
            third.add(select(0, 0, i, 0)[0]);
            fourth.add(select(0, 0, 0, i % 2)[0] + 1000 * select(0, 0, i, 1)[1]);
        }
        assertThat(first).hasSizeGreaterThan(10);
        assertThat(second).hasSizeGreaterThan(10);
        assertThat(third).hasSizeGreaterThan(10);
        assertThat(fourth).hasSizeGreaterThan(10);
    }

    @Test
    void everyMemberIsAsLikely() {
        int draws = 30_000;
        int[] counts = new int[60];
        for (int step = 0; step < draws; step++) {
            counts[select(9, step, step % 7, 0)[0]]++;
        }
        // 30 members of cluster 0: 1000 draws each, standard deviation 31
        for (int token = 0; token < 60; token += 2) {
            assertThat(counts[token]).as("token %s", token).isBetween(850, 1150);
        }
    }

    @Test
    void asPublishedAnEmptyClusterGivesToken0() {
        int[] chosen = TokenSelector.TOKEN_0_WHERE_EMPTY.select(1, 0, 0, 0, clustering());
        int[] members = select(1, 0, 0, 0);
        assertThat(chosen).containsExactly(members[0], members[1], 0, 5);
    }
}
