package org.clusca.api.cache;

import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.BranchKind;

/**
 * What a policy needs of the engine; it decides the form of the graph before the first step.
 *
 * @param order highest order of difference kept for every branch; 0 keeps the features alone, -1
 *     keeps nothing
 * @param tokens kinds of branches for which the policy uses {@link Action.ComputeTokens}
 * @param hidden whether the policy observes the streams' hidden states
 * @param signals what it observes of branches that are computed
 * @param last highest order kept of the hidden state that the last layer reads, by which whole
 *     trunks are skipped; -1 when none is
 */
public record Requirements(
        int order, Set<BranchKind> tokens, boolean hidden, Set<Signal> signals, int last) {
    /** Everything is computed, nothing is kept. */
    public static final Requirements NOTHING = new Requirements(-1, false, false);

    /**
     * Without signals and without skipping.
     *
     * @param tokens whether some tokens of MLPs are computed
     */
    public Requirements(int order, boolean tokens, boolean hidden) {
        this(order, tokens, hidden, Set.of());
    }

    /**
     * Without skipping.
     *
     * @param tokens whether some tokens of MLPs are computed
     */
    public Requirements(int order, boolean tokens, boolean hidden, Set<Signal> signals) {
        this(order, tokens ? Set.of(BranchKind.MLP) : Set.of(), hidden, signals, -1);
    }

    public Requirements {
        tokens = Set.copyOf(tokens);
        signals = Set.copyOf(signals);
        if (order < -1 || last < -1 || ((!tokens.isEmpty() || !signals.isEmpty()) && order < 0)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A cache policy cannot keep order "
                            + Math.min(order, last < -1 ? last : order)
                            + (tokens.isEmpty() ? "" : " and compute some tokens")
                            + (signals.isEmpty() ? "" : " and see signals of branches")
                            + "; expected -1 (nothing) or more, and 0 or more for the rest.");
        }
        if (tokens.contains(BranchKind.ATTENTION)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A cache policy cannot compute some tokens of an attention branch, which mixes"
                            + " them; expected MLP or PARALLEL.");
        }
    }

    /** Whether some tokens of branches of this kind are computed. */
    public boolean refreshes(BranchKind kind) {
        return tokens.contains(kind);
    }

    /** Whether the trunk is skipped at some steps. */
    public boolean skips() {
        return last >= 0;
    }

    /** Whether anything is kept from step to step. */
    public boolean keeps() {
        return order >= 0 || last >= 0;
    }
}
