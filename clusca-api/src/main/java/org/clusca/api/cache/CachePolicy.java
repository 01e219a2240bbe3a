package org.clusca.api.cache;

/**
 * Decides what every branch does at every step. A value: immutable, safe to share between
 * generations; what one generation needs to remember lives in the {@link CacheSession} it opens. A
 * policy never sees a concrete model.
 */
public interface CachePolicy {
    /** Name and parameters as the command line parses them, e.g. {@code fora:interval=3}. */
    String tag();

    Requirements requirements();

    /**
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER or INCOMPATIBLE when the policy does
     *     not fit the generation, e.g. more clusters than tokens
     */
    CacheSession open(GenerationContext context);
}
