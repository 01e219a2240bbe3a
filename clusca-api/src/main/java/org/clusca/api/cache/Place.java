package org.clusca.api.cache;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Experimental;
import org.clusca.api.model.BranchId;
import org.clusca.api.schedule.OutputForm;
import org.jspecify.annotations.Nullable;

/**
 * What can be forecast as one, beside single branches: from a range of blocks to the output of the
 * whole network. Where a place is forecast, what lies before it is not run.
 */
@Experimental
public sealed interface Place {
    /** Whether a branch lies in it. */
    boolean holds(BranchId branch);

    /**
     * Whether forecasting it leaves another place without a beginning or an end that is computed.
     */
    boolean covers(Place other);

    /** Whether no block runs where it is forecast. */
    boolean skipsTrunk();

    /** Whether no network runs where it is forecast. */
    boolean skipsNetwork();

    /**
     * The hidden state that the last layer reads. A cached step runs the embedding and the last
     * layer.
     *
     * @param residual whether what is kept is what the blocks add to this step's own embedding, not
     *     the state itself
     */
    record Trunk(boolean residual) implements Place {
        @Override
        public boolean holds(BranchId branch) {
            return true;
        }

        @Override
        public boolean covers(Place other) {
            return true;
        }

        @Override
        public boolean skipsTrunk() {
            return true;
        }

        @Override
        public boolean skipsNetwork() {
            return false;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.trunk(this);
        }
    }

    /** What the blocks {@code from} to {@code to - 1} add to the streams. */
    record Blocks(int from, int to) implements Place {
        /**
         * @throws CluscaException INVALID_PARAMETER when the range is empty or negative
         */
        public Blocks {
            if (from < 0 || to <= from) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "A range of blocks goes from 0 or later to a later block, found "
                                + from
                                + " to "
                                + to
                                + ".");
            }
        }

        @Override
        public boolean holds(BranchId branch) {
            return branch.block() >= from && branch.block() < to;
        }

        @Override
        public boolean covers(Place other) {
            return other instanceof Blocks blocks
                    && (equals(blocks) || within(blocks.from) || within(blocks.to));
        }

        private boolean within(int boundary) {
            return boundary > from && boundary < to;
        }

        @Override
        public boolean skipsTrunk() {
            return false;
        }

        @Override
        public boolean skipsNetwork() {
            return false;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.blocks(this);
        }
    }

    /**
     * The model's output after guidance, in the form that is forecast. A cached step runs no
     * network.
     */
    record Output(OutputForm form) implements Place {
        @Override
        public boolean holds(BranchId branch) {
            return true;
        }

        @Override
        public boolean covers(Place other) {
            return true;
        }

        @Override
        public boolean skipsTrunk() {
            return true;
        }

        @Override
        public boolean skipsNetwork() {
            return true;
        }

        @Override
        public <R extends @Nullable Object> R match(Cases<R> cases) {
            return cases.output(this);
        }
    }

    <R extends @Nullable Object> R match(Cases<R> cases);

    /** One answer for each kind. */
    interface Cases<R extends @Nullable Object> {
        R trunk(Trunk place);

        R blocks(Blocks place);

        R output(Output place);
    }
}
