package org.clusca.api.cache;

import java.util.List;

/**
 * What happens at one step.
 *
 * @param actions one per branch, in the order of {@link GenerationContext#branches()}
 * @param observe whether {@link CacheSession#observe} is to be called with the hidden state of this
 *     step
 * @param skip whether the last layer sees the hidden state of the last step that did not skip; what
 *     the branches predict is then of no account, what they compute enters the cache
 */
public record StepPlan(List<Action> actions, boolean observe, boolean skip) {
    /** That does not skip the trunk. */
    public StepPlan(List<Action> actions, boolean observe) {
        this(actions, observe, false);
    }

    public StepPlan {
        actions = List.copyOf(actions);
    }

    public StepKind kind() {
        StepKind kind = StepKind.of(actions);
        return skip && kind == StepKind.PREDICTED ? StepKind.SKIPPED : kind;
    }
}
