package org.clusca.policy;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;

/**
 * Computes everything, and looks at what the blocks add to the image's tokens.
 *
 * @param blocks whether at what each of them changes too
 */
record ResidualMeasuring(Watch watch, boolean blocks) implements CachePolicy {
    /** What is done with it. */
    interface Watch {
        /** A generation begins. */
        void begin(List<Branch> branches);

        /** What each block has changed at a step. */
        default void changes(Readings readings) {}

        /**
         * What all of them have added at a step.
         *
         * @param residual {@code [batch, tokens, channels]}, valid during the call
         */
        void residual(Tensor residual);
    }

    @Override
    public String tag() {
        return "measuring";
    }

    @Override
    public Requirements requirements() {
        return Requirements.builder()
                .forecasts(LargestChange.RESIDUAL, 0)
                .observes(LargestChange.RESIDUAL)
                .build();
    }

    @Override
    public Requirements requirements(List<Branch> branches) {
        Requirements.Builder needs = requirements().toBuilder();
        if (blocks) {
            StableBlocks.blocks(branches).forEach(b -> needs.gauge(StableBlocks.change(b)));
        }
        return needs.build();
    }

    @Override
    public CacheSession open(GenerationContext context) {
        int count = context.branches().size();
        return new CacheSession() {
            @Override
            public StepPlan plan(StepContext step) {
                if (step.index() == 0) {
                    watch.begin(context.branches());
                }
                return new StepPlan(Collections.nCopies(count, new Action.Compute(false)), true);
            }

            @Override
            public Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings readings) {
                watch.changes(readings);
                return Optional.empty();
            }

            @Override
            public void observe(Observation observation) {
                watch.residual(requireNonNull(observation.places().get(LargestChange.RESIDUAL)));
            }
        };
    }
}
