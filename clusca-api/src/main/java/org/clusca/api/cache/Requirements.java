package org.clusca.api.cache;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * What a policy needs of the engine; it decides the form of the graph before the first step.
 *
 * @param order highest order of difference kept for every branch; 0 keeps the features alone, -1
 *     keeps nothing
 * @param tokens whether the policy uses {@link Action.ComputeTokens}
 * @param hidden whether the policy observes the hidden state after the last block
 */
public record Requirements(int order, boolean tokens, boolean hidden) {
    /** Everything is computed, nothing is kept. */
    public static final Requirements NOTHING = new Requirements(-1, false, false);

    public Requirements {
        if (order < -1 || (tokens && order < 0)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A cache policy cannot keep order "
                            + order
                            + (tokens ? " and compute some tokens" : "")
                            + "; expected -1 (nothing) or more, and 0 or more for some tokens.");
        }
    }
}
