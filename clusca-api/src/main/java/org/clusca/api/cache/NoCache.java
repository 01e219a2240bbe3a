package org.clusca.api.cache;

import java.util.Collections;

/**
 * Computes everything at every step and keeps nothing: the reference that the others are compared
 * with.
 */
public final class NoCache implements CachePolicy {
    public static final NoCache INSTANCE = new NoCache();

    private NoCache() {}

    @Override
    public String tag() {
        return "none";
    }

    @Override
    public Requirements requirements() {
        return Requirements.NOTHING;
    }

    @Override
    public CacheSession open(GenerationContext context) {
        StepPlan everything =
                new StepPlan(
                        Collections.nCopies(context.branches().size(), new Action.Compute(true)),
                        false);
        return step -> everything;
    }
}
