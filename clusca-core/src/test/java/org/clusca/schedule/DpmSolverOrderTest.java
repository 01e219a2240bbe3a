package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DpmSolverOrderTest {

    @Test
    void shortRunsGoUpAndDownAgain() {
        assertThat(orders(new DpmSolverOrder(3, true, false), 6)).containsExactly(1, 2, 3, 3, 2, 1);
        assertThat(orders(new DpmSolverOrder(2, true, false), 5)).containsExactly(1, 2, 2, 2, 1);
        assertThat(orders(new DpmSolverOrder(3, true, true), 2)).containsExactly(1, 1);
        assertThat(orders(new DpmSolverOrder(3, true, true), 1)).containsExactly(1);
    }

    @Test
    void runsOfFifteenStepsKeepTheirOrder() {
        assertThat(orders(new DpmSolverOrder(3, true, false), 14)).endsWith(3, 2, 1);
        assertThat(orders(new DpmSolverOrder(3, true, false), 15)).endsWith(3, 3, 3);
    }

    @Test
    void onlyTheLastStepIsOfFirstOrderWhereNoNoiseIsLeft() {
        assertThat(orders(new DpmSolverOrder(3, false, true), 6)).containsExactly(1, 2, 3, 3, 3, 1);
        assertThat(orders(new DpmSolverOrder(3, false, false), 4)).containsExactly(1, 2, 3, 3);
    }

    @Test
    void equalNoiseLevelsEndTheHistory() {
        double[] sigmas = {9, 8, 7, 7, 6, 5, 4};
        DpmSolverOrder order = new DpmSolverOrder(3, false, false);
        int[] orders = new int[6];
        for (int i = 0; i < 6; i++) {
            orders[i] = order.at(i, sigmas);
        }
        assertThat(orders).containsExactly(1, 2, 1, 1, 2, 3);
    }

    private static int[] orders(DpmSolverOrder order, int steps) {
        double[] sigmas = new double[steps + 1];
        for (int i = 0; i <= steps; i++) {
            sigmas[i] = steps - i;
        }
        int[] orders = new int[steps];
        for (int i = 0; i < steps; i++) {
            orders[i] = order.at(i, sigmas);
        }
        return orders;
    }
}
