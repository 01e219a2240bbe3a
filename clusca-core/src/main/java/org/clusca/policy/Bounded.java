package org.clusca.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;

/**
 * A rule, and steps that are full whatever it says.
 *
 * @param first leading steps
 * @param last steps at the end
 * @param most cached steps in a row
 */
record Bounded(When inner, int first, int last, int most) implements When {
    @Override
    public Set<Gauge> gauges(List<Branch> branches) {
        return inner.gauges(branches);
    }

    @Override
    public FullSteps open(GenerationContext context) {
        return new Steps(inner.open(context), context.steps());
    }

    private final class Steps implements FullSteps {
        private final FullSteps steps;
        private final int count;
        private int cached;
        private boolean overdue;
        private boolean decided;

        Steps(FullSteps steps, int count) {
            this.steps = steps;
            this.count = count;
        }

        @Override
        public void begin(StepContext step) {
            overdue = cached >= most;
            decided = !full(step.index());
            if (decided) {
                steps.begin(step);
            } else {
                steps.computed(step.index());
            }
            cached = full(step.index(), 0) ? 0 : cached + 1;
        }

        private boolean full(int index) {
            return index < first || index >= count - last || overdue;
        }

        @Override
        public void computed(int index) {
            decided = false;
            cached = 0;
            steps.computed(index);
        }

        @Override
        public boolean full(int index, int block) {
            return full(index) || steps.full(index, block);
        }

        @Override
        public boolean restarts(int index) {
            return steps.restarts(index);
        }

        @Override
        public boolean verifies(int index) {
            return decided && steps.verifies(index);
        }

        @Override
        public boolean rejects(StepContext step, Readings readings) {
            boolean rejects = decided && steps.rejects(step, readings);
            cached = rejects ? 0 : cached;
            return rejects;
        }

        @Override
        public Optional<Judgement> judgement() {
            return decided ? steps.judgement() : Optional.empty();
        }
    }
}
