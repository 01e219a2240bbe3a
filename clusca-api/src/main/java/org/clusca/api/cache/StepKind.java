package org.clusca.api.cache;

import java.util.Locale;

/** What a step does, over all branches. */
public enum StepKind {
    /** Every branch computed on all tokens. */
    FULL,
    /** No branch on all tokens, at least one on some. */
    TOKENS,
    /** Every branch predicted. */
    PREDICTED,
    /** The trunk's result forecast, and the last layer. */
    SKIPPED,
    /** The output forecast: no network runs. */
    OUTPUT,
    /** Some branches on all tokens, others not. */
    MIXED;

    private static final Action.Cases<StepKind> ALONE =
            new Action.Cases<>() {
                @Override
                public StepKind compute(Action.Compute action) {
                    return FULL;
                }

                @Override
                public StepKind computeTokens(Action.ComputeTokens action) {
                    return TOKENS;
                }

                @Override
                public StepKind predict(Action.Predict action) {
                    return PREDICTED;
                }

                @Override
                public StepKind verify(Action.Verify action) {
                    return PREDICTED;
                }
            };

    static StepKind of(StepPlan plan) {
        if (plan.skipsNetwork()) {
            return OUTPUT;
        }
        boolean computed = false;
        boolean tokens = false;
        boolean predicted = false;
        for (Action action : plan.actions()) {
            StepKind kind = action.match(ALONE);
            computed |= kind == FULL;
            tokens |= kind == TOKENS;
            predicted |= kind == PREDICTED;
        }
        if (computed) {
            return tokens || predicted ? MIXED : FULL;
        }
        if (tokens) {
            return TOKENS;
        }
        return plan.skipsTrunk() ? SKIPPED : PREDICTED;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
