package org.clusca.flops;

import java.util.function.ToLongFunction;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Cost;
import org.clusca.api.model.TransformerSpec;

/**
 * What counts as a floating-point operation, and for how much. The published tables of caching
 * methods follow {@link #A} for DiT and {@link #B} for FLUX and HunyuanVideo; they are within 0.3 %
 * of {@link #CLEAN}, and needed where their digits are.
 */
public enum FlopsConvention {
    /**
     * 2 for a multiply-add of a matrix product, nothing for anything else. Modulations run ahead of
     * the loop and are no part of a step.
     */
    CLEAN {
        @Override
        public long step(TransformerSpec spec, int batch, StepPlan plan) {
            return batch * branches(spec, plan, CLEAN::of, (branch, cost, replaces) -> of(cost))
                    + withoutTrunk(spec, batch);
        }

        @Override
        public long withoutTrunk(TransformerSpec spec, int batch) {
            return batch * of(spec.fixed());
        }

        @Override
        public long of(Cost cost) {
            return 2 * (cost.linear() + cost.attention());
        }
    },

    /**
     * The counter written into the DiT repositories of ToCa, DuCa, TaylorSeer and ClusCa: what the
     * blocks do, nothing of embedders and last layer. Its linear layers of adaLN count 1 for a
     * multiply-add. When a branch computes some of its tokens, the norm of its whole stream is
     * counted; ToCa, whose tokens replace the cached ones, counts the norm ahead of the reused
     * attention too, ClusCa, whose tokens propagate, does not.
     */
    A {
        @Override
        public long step(TransformerSpec spec, int batch, StepPlan plan) {
            Cost modulation = spec.blockModulations();
            long flops =
                    branches(spec, plan, A::of, this::part)
                            + modulation.linear()
                            + modulation.silu();
            return batch * flops;
        }

        private long part(Branch branch, Cost cost, boolean replaces) {
            long norm = branch.tokenwise().norm();
            return of(cost) - cost.norm() + (replaces ? 2 * norm : norm);
        }

        @Override
        public long withoutTrunk(TransformerSpec spec, int batch) {
            return 0;
        }

        @Override
        public long of(Cost cost) {
            return 2 * (cost.linear() + cost.attention())
                    + cost.norm()
                    + 6 * cost.gelu()
                    + 5 * cost.softmax()
                    + cost.scaling();
        }
    },

    /**
     * The module profiler (calflops) of the FLUX and HunyuanVideo repositories. It prints a step
     * with two decimals, "74.39 TFLOPS" or "114.47 GFLOPS", and what is summed is the printed
     * number.
     *
     * <p>In a branch that runs on all tokens: 2 for a multiply-add, 4 for a normalised element, 1
     * for GELU. Everywhere else linear layers and convolutions alone: attention outside the
     * branches is fused, which the profiler does not see; norms and GELU outside them and of
     * refreshed tokens it does see, but the numbers that tests compare with were made without, and
     * no row that a paper prints tells the two apart.
     */
    B {
        @Override
        public long step(TransformerSpec spec, int batch, StepPlan plan) {
            long flops =
                    branches(spec, plan, B::of, (branch, cost, replaces) -> 2 * cost.linear())
                            + 2 * spec.blockModulations().linear()
                            + outside(spec);
            return printed(batch * flops);
        }

        @Override
        public long withoutTrunk(TransformerSpec spec, int batch) {
            return printed(batch * outside(spec));
        }

        private long outside(TransformerSpec spec) {
            // what is prepared once is computed at every step there
            return 2
                    * (spec.fixed().linear()
                            + spec.preparing().linear()
                            + spec.conditioning().linear());
        }

        @Override
        public long of(Cost cost) {
            return 2 * (cost.linear() + cost.attention()) + 4 * cost.norm() + cost.gelu();
        }
    };

    /**
     * Operations of one step.
     *
     * @param batch rows of the network's batch
     */
    public abstract long step(TransformerSpec spec, int batch, StepPlan plan);

    /** Operations of a step that skips all branches and what modulates them. */
    public abstract long withoutTrunk(TransformerSpec spec, int batch);

    /** Operations of a branch, or of another part, that runs on all tokens. */
    public abstract long of(Cost cost);

    /** Operations of the first blocks, computed on all tokens, in one batch row. */
    long leading(TransformerSpec spec, int blocks) {
        return spec.branches().stream()
                .filter(branch -> branch.id().block() < blocks)
                .mapToLong(branch -> of(branch.cost()))
                .sum();
    }

    /** What the branches that a plan computes take in one batch row. */
    private static long branches(
            TransformerSpec spec,
            StepPlan plan,
            ToLongFunction<Cost> whole,
            CountedAction.Part part) {
        long flops = 0;
        for (int i = 0; i < plan.actions().size(); i++) {
            Branch branch = spec.branches().get(i);
            Action action = plan.actions().get(i);
            if (action.full().isPresent() || !plan.forecasts(branch.id())) {
                flops += action.match(new CountedAction(branch, whole, part));
            }
        }
        return flops;
    }

    /** Two decimals of the largest unit that leaves a digit before the point. */
    static long printed(long flops) {
        long unit = 1;
        while (unit < 1_000_000_000_000L && flops / unit >= 1000) {
            unit *= 1000;
        }
        return unit == 1 ? flops : Math.round(flops / (unit / 100.0)) * (unit / 100);
    }
}
