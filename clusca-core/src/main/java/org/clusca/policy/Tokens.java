package org.clusca.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;

/**
 * Which tokens are computed on a cached step. A value; what one generation remembers is in its
 * {@link Session}.
 */
public interface Tokens {
    /** For what chooses none. */
    Session NONE =
            (step, branch) -> {
                throw new IllegalStateException("No tokens are chosen for branch " + branch);
            };

    /**
     * @param refreshed the branches that it chooses tokens for
     * @throws org.clusca.api.CluscaException when it does not fit the generation
     */
    Session open(GenerationContext context, List<Branch> refreshed);

    /** Whether it observes the hidden state after the last block. */
    default boolean hidden() {
        return false;
    }

    /** What it observes of branches that are computed. */
    default Set<Signal> signals() {
        return Set.of();
    }

    /** Whether it groups tokens, as propagation needs it. */
    default boolean clusters() {
        return false;
    }

    /** The choice of one generation; used by one thread. */
    interface Session {
        /**
         * @param branch index of a branch that works token by token
         * @return {@code [batch][*]} token indices
         */
        int[][] choose(StepContext step, int branch);

        /** Says that a branch was computed on all tokens. */
        default void computed(int branch) {}

        /** Called after full steps. */
        default void observe(Observation observation) {}

        /** The clusters of a stream's tokens. */
        default Optional<Clustering> clustering(Stream stream) {
            return Optional.empty();
        }
    }
}
