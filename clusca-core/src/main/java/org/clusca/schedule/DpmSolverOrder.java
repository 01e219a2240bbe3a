package org.clusca.schedule;

import org.clusca.api.model.Config;

/**
 * How many predictions each step of DPM-Solver++ uses: as many as there are yet, fewer at the end
 * of a short run.
 */
record DpmSolverOrder(int most, boolean lowerAtEnd, boolean firstAtEnd) {
    /** Runs with at least so many steps keep their order to the end. */
    private static final int LONG_RUN = 15;

    /**
     * Keys solver_order (2), lower_order_final (true), euler_at_final (false).
     *
     * @param endsAtZero whether the last step removes all noise, which only order 1 can
     */
    static DpmSolverOrder of(Config config, boolean endsAtZero) {
        int most = config.whole("solver_order", 2);
        if (most < 1 || most > 3) {
            throw config.wrong("solver_order", "1, 2 or 3");
        }
        return new DpmSolverOrder(
                most,
                config.flag("lower_order_final", true),
                config.flag("euler_at_final", false) || endsAtZero);
    }

    /**
     * @param sigmas {@code [steps + 1]}
     */
    int at(int index, double[] sigmas) {
        int steps = sigmas.length - 1;
        boolean lower = lowerAtEnd && steps < LONG_RUN;
        int order = Math.min(most, index + 1);
        if (index == steps - 1 && (lower || firstAtEnd)) {
            order = 1;
        }
        if (index == steps - 2 && lower) {
            order = Math.min(order, 2);
        }
        // Two predictions at the same noise level say nothing about the direction between them.
        for (int back = 0; back < order; back++) {
            if (sigmas[index - back] == sigmas[index - back + 1]) {
                return Math.max(1, back);
            }
        }
        return order;
    }
}
