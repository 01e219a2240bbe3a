package org.clusca.api.cache;

import java.util.List;
import java.util.Optional;

/**
 * What happens at one step.
 *
 * @param actions one per branch, in the order of {@link GenerationContext#branches()}. Where the
 *     trunk is skipped there need be none; what they compute then enters the cache, the rest is of
 *     no account
 * @param observe whether {@link CacheSession#observe} is to be called with the hidden state of this
 *     step
 * @param last predicts the hidden state that the last layer reads, where the trunk is skipped
 */
public record StepPlan(List<Action> actions, boolean observe, Optional<Predictor> last) {
    public StepPlan {
        actions = List.copyOf(actions);
    }

    /** That does not skip the trunk. */
    public StepPlan(List<Action> actions, boolean observe) {
        this(actions, observe, Optional.empty());
    }

    /** That skips the trunk. */
    public static StepPlan skipping(Predictor last) {
        return new StepPlan(List.of(), false, Optional.of(last));
    }

    public boolean skip() {
        return last.isPresent();
    }

    public StepKind kind() {
        StepKind kind = StepKind.of(actions);
        return skip() && kind == StepKind.PREDICTED ? StepKind.SKIPPED : kind;
    }
}
