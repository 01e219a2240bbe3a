package org.clusca.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.jspecify.annotations.Nullable;

/**
 * Full when a change that is read ahead has reached a threshold.
 *
 * @param sums whether the changes since the last full step are added up
 */
record Threshold(Gauge gauge, Polynomial rescaled, boolean sums, double threshold) implements When {
    Threshold {
        Range.require("A threshold", threshold, 0, Range.ANY);
    }

    @Override
    public Set<Gauge> gauges(List<Branch> branches) {
        return Set.of(gauge);
    }

    @Override
    public FullSteps open(GenerationContext context) {
        return new Steps();
    }

    private final class Steps implements FullSteps {
        private @Nullable Judgement judgement;
        private double sum;

        @Override
        public void begin(StepContext step) {
            if (!step.ahead().has(gauge)) {
                computed(step.index());
                return;
            }
            double change = rescaled.at(step.ahead().mean(gauge));
            sum = sums ? sum + change : change;
            boolean exceeded = sum >= threshold;
            judgement = new Judgement(change, sum, threshold, exceeded);
            sum = exceeded ? 0 : sum;
        }

        @Override
        public void computed(int index) {
            judgement = null;
            sum = 0;
        }

        @Override
        public boolean full(int index, int block) {
            return judgement == null || judgement.exceeded();
        }

        @Override
        public Optional<Judgement> judgement() {
            return Optional.ofNullable(judgement);
        }
    }
}
