package org.clusca.api.cache;

import org.clusca.api.Experimental;
import org.clusca.api.model.BranchId;
import org.jspecify.annotations.Nullable;

/**
 * A number per batch row, reduced inside the graph, on which a policy can decide. A gauge that is
 * read {@linkplain #ahead() ahead} is known before the step is planned; the others when it is
 * judged.
 */
@Experimental
public sealed interface Gauge {
    Norm norm();

    <R extends @Nullable Object> R match(Cases<R> cases);

    /** Whether it is known before the step is planned. */
    default boolean ahead() {
        return false;
    }

    /** Whether it measures what {@link Action.Verify} computes of this branch. */
    default boolean measures(BranchId id) {
        return false;
    }

    /** Whether it measures what {@link Action.Compute} computes of this branch. */
    default boolean watches(BranchId id) {
        return false;
    }

    /** Leading blocks that are computed at every step, because it is read behind them. */
    default int leadingBlocks() {
        return 0;
    }

    /** One answer for each kind. */
    interface Cases<R extends @Nullable Object> {
        R inputChange(InputChange gauge);

        R residualChange(ResidualChange gauge);

        R forecastError(ForecastError gauge);

        R blockError(BlockError gauge);

        R blockChange(BlockChange gauge);
    }

    /** Of the first block's modulated input, against that of the step before. */
    record InputChange(Norm norm) implements Gauge {
        @Override
        public boolean ahead() {
            return true;
        }

        @Override
        public String toString() {
            return "input change, " + norm;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.inputChange(this);
        }
    }

    /**
     * Of what the first {@code blocks} blocks add to the image stream, against the last step that
     * was not forecast behind them: at which every branch of the blocks behind was computed. These
     * first blocks are computed at every step, and nothing is kept of them.
     *
     * @param blocks at least 1; behind them the image stream must be one by itself, not joined with
     *     another
     */
    record ResidualChange(int blocks, Norm norm) implements Gauge {
        @Override
        public boolean ahead() {
            return true;
        }

        @Override
        public int leadingBlocks() {
            return blocks;
        }

        @Override
        public String toString() {
            return "residual change behind "
                    + blocks
                    + (blocks == 1 ? " block, " : " blocks, ")
                    + norm;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.residualChange(this);
        }
    }

    /** Of a branch's forecast against its output, where {@link Action.Verify} computes it. */
    record ForecastError(BranchId branch, Norm norm) implements Gauge {
        @Override
        public boolean measures(BranchId id) {
            return branch.equals(id);
        }

        @Override
        public String toString() {
            return "forecast error of " + branch + ", " + norm;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.forecastError(this);
        }
    }

    /**
     * Of the image stream after a block whose branches are all forecast, against the stream after
     * the same block computed from the same start, where {@link Action.Verify} computes all of
     * them. Of a block on a joint stream all tokens count.
     */
    record BlockError(int block, Norm norm) implements Gauge {
        @Override
        public boolean measures(BranchId id) {
            return id.block() == block;
        }

        @Override
        public String toString() {
            return "forecast error of the stream after block " + block + ", " + norm;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.blockError(this);
        }
    }

    /**
     * Of the image's tokens after a block, against those before it, at a step that computes the
     * block on all of them. Of a block on a joint sequence the image's tokens alone count.
     */
    record BlockChange(int block, Norm norm) implements Gauge {
        @Override
        public boolean watches(BranchId id) {
            return id.block() == block;
        }

        @Override
        public String toString() {
            return "change by block " + block + ", " + norm;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.blockChange(this);
        }
    }
}
