package org.clusca.api.cache;

import java.util.List;
import java.util.Optional;
import org.clusca.api.Experimental;
import org.clusca.api.model.Branch;

/**
 * Decides what every branch does at every step. A value: immutable, safe to share between
 * generations; what one generation needs to remember lives in the {@link CacheSession} it opens. A
 * policy never sees a concrete model.
 */
public interface CachePolicy {
    /** Name and parameters, from which its factory makes it again, e.g. {@code fora:interval=3}. */
    String tag();

    /** What it needs of the engine, whatever the network. */
    Requirements requirements();

    /**
     * What it needs on one network: more than on every one where it counts the network's blocks.
     *
     * @param branches of the network, in the order in which they run
     * @throws org.clusca.api.CluscaException INCOMPATIBLE when the network is too small for it
     */
    default Requirements requirements(List<Branch> branches) {
        return requirements();
    }

    /**
     * What it was calibrated on, where it was: another model, or another number of steps, is
     * refused when a generation starts.
     */
    @Experimental
    default Optional<CalibratedOn> calibratedOn() {
        return Optional.empty();
    }

    /**
     * The same policy in forms that keep less, from the one that loses least: taken in this order
     * where memory is short. Empty when it has no such form.
     */
    default List<CachePolicy> lighter() {
        return List.of();
    }

    /**
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER or INCOMPATIBLE when the policy does
     *     not fit the generation, e.g. more clusters than tokens
     */
    CacheSession open(GenerationContext context);
}
