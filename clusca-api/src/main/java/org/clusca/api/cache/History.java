package org.clusca.api.cache;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.Experimental;

/**
 * When a cached tensor was computed: all its full steps, the latest first.
 *
 * @param held orders that the cache holds of it: 1 after a restart, one more with every full step
 *     since, up to what the policy keeps; 0 before the first
 */
@Experimental
public record History(List<Full> full, int held) {
    /** Before anything was computed. */
    public static final History EMPTY = new History(List.of(), 0);

    /**
     * A full step.
     *
     * @param timestep as the network takes it
     */
    public record Full(int index, double timestep) {}

    public History {
        full = List.copyOf(full);
    }

    public boolean isEmpty() {
        return full.isEmpty();
    }

    /** Steps from the latest full step to {@code step}, at least 1; there must have been one. */
    public int distance(StepContext step) {
        return step.index() - full.get(0).index();
    }

    /** Steps between the {@code i}-th latest full step and the one before it. */
    public int gap(int i) {
        return full.get(i).index() - full.get(i + 1).index();
    }

    /**
     * With a further full step.
     *
     * @param orders that the policy keeps, order 0 among them
     */
    public History with(StepContext step, boolean restart, int orders) {
        List<Full> longer = new ArrayList<>();
        longer.add(new Full(step.index(), step.timestep()));
        longer.addAll(full);
        return new History(longer, restart ? 1 : Math.min(held + 1, orders));
    }

    /**
     * Factors of the cached orders from weights of the computed tensors themselves, so that a
     * predictor can be written as a combination of what was computed at earlier full steps.
     *
     * @param weights of the latest computed tensors, the latest first, at most {@link #held()}
     */
    public double[] factors(double... weights) {
        int orders = weights.length;
        // order i as it was at the j-th latest full step, in terms of the orders of the latest one
        double[][] then = new double[orders][orders];
        for (int i = 0; i < orders; i++) {
            then[i][i] = 1;
        }
        double[] factors = new double[orders];
        for (int j = 0; j < orders; j++) {
            for (int k = 0; k < orders; k++) {
                factors[k] += weights[j] * then[0][k];
            }
            for (int i = 0; i + 1 < orders && j + 1 < orders; i++) {
                for (int k = 0; k < orders; k++) {
                    then[i][k] -= gap(j) * then[i + 1][k];
                }
            }
        }
        return factors;
    }
}
