package org.clusca.api.cache;

import org.clusca.api.Experimental;
import org.clusca.api.model.BranchId;

/**
 * A number per batch row, reduced inside the graph, on which a policy can decide. A gauge that is
 * read {@linkplain #ahead() ahead} is known before the step is planned; the others when it is
 * judged.
 */
@Experimental
public sealed interface Gauge {
    Norm norm();

    /** Whether it is known before the step is planned. */
    boolean ahead();

    /** Whether it measures what {@link Action.Verify} computes of this branch. */
    default boolean measures(BranchId id) {
        return false;
    }

    /** Of the first block's modulated input, against that of the step before. */
    record InputChange(Norm norm) implements Gauge {
        @Override
        public boolean ahead() {
            return true;
        }
    }

    /**
     * Of what the first {@code blocks} blocks add to the image stream, against the last step that
     * was not forecast behind them. These blocks are computed at every step.
     */
    record ResidualChange(int blocks, Norm norm) implements Gauge {
        @Override
        public boolean ahead() {
            return true;
        }
    }

    /** Of a branch's forecast against its output, where {@link Action.Verify} computes it. */
    record ForecastError(BranchId branch, Norm norm) implements Gauge {
        @Override
        public boolean ahead() {
            return false;
        }

        @Override
        public boolean measures(BranchId id) {
            return branch.equals(id);
        }
    }

    /**
     * Of the image stream after a block whose branches are all forecast, against the stream after
     * the same block computed, where {@link Action.Verify} computes all of them.
     */
    record BlockError(int block, Norm norm) implements Gauge {
        @Override
        public boolean ahead() {
            return false;
        }

        @Override
        public boolean measures(BranchId id) {
            return id.block() == block;
        }
    }
}
