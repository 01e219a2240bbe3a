package org.clusca.api.cache;

import java.util.List;
import java.util.Locale;

/** What a step does, over all branches. */
public enum StepKind {
    /** Every branch computed on all tokens. */
    FULL,
    /** No branch on all tokens, at least one on some. */
    TOKENS,
    /** Every branch predicted. */
    PREDICTED,
    /** The hidden state of an earlier step, and the last layer. */
    SKIPPED,
    /** Some branches on all tokens, others not. */
    MIXED;

    static StepKind of(List<Action> actions) {
        boolean computed = false;
        boolean tokens = false;
        boolean predicted = false;
        for (Action action : actions) {
            computed |= action instanceof Action.Compute;
            tokens |= action instanceof Action.ComputeTokens;
            predicted |= action instanceof Action.Predict;
        }
        if (computed) {
            return tokens || predicted ? MIXED : FULL;
        }
        return tokens ? TOKENS : PREDICTED;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
