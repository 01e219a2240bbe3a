package org.clusca.api.cache;

import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * What a policy needs of the engine; it decides the form of the graph before the first step.
 *
 * @param order highest order of difference kept for every branch; 0 keeps the features alone, -1
 *     keeps nothing
 * @param tokens whether the policy uses {@link Action.ComputeTokens}
 * @param hidden whether the policy observes the hidden state after the last block
 * @param signals what it observes of branches that are computed
 * @param skips whether the policy skips the trunk at some steps
 */
public record Requirements(
        int order, boolean tokens, boolean hidden, Set<Signal> signals, boolean skips) {
    /** Everything is computed, nothing is kept. */
    public static final Requirements NOTHING = new Requirements(-1, false, false);

    /** Without signals. */
    public Requirements(int order, boolean tokens, boolean hidden) {
        this(order, tokens, hidden, Set.of());
    }

    /** Without skipping. */
    public Requirements(int order, boolean tokens, boolean hidden, Set<Signal> signals) {
        this(order, tokens, hidden, signals, false);
    }

    public Requirements {
        signals = Set.copyOf(signals);
        if (order < -1 || ((tokens || skips || !signals.isEmpty()) && order < 0)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A cache policy cannot keep order "
                            + order
                            + (tokens ? " and compute some tokens" : "")
                            + (signals.isEmpty() ? "" : " and see signals of branches")
                            + (skips ? " and skip the trunk" : "")
                            + "; expected -1 (nothing) or more, and 0 or more for the rest.");
        }
    }
}
