package org.clusca.api.cache;

import java.util.List;

/**
 * What happens at one step.
 *
 * @param actions one per branch, in the order of {@link GenerationContext#branches()}
 * @param observe whether {@link CacheSession#observe} is to be called with the hidden state of this
 *     step
 */
public record StepPlan(List<Action> actions, boolean observe) {
    public StepPlan {
        actions = List.copyOf(actions);
    }

    public StepKind kind() {
        return StepKind.of(actions);
    }
}
