package org.clusca.engine.trunk;

import java.util.List;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.jspecify.annotations.Nullable;

/**
 * What a gauge measures, whatever the norm.
 *
 * @param kind of it
 * @param block behind how many blocks it lies, or which block it is; 0 where there is none to name
 * @param branch null where it is none
 */
record Measured(Kind kind, int block, @Nullable BranchId branch) {
    enum Kind {
        INPUT,
        RESIDUAL,
        BRANCH,
        BLOCK,
        CHANGE
    }

    private static final Gauge.Cases<Measured> OF =
            new Gauge.Cases<>() {
                @Override
                public Measured inputChange(Gauge.InputChange gauge) {
                    return INPUT;
                }

                @Override
                public Measured residualChange(Gauge.ResidualChange gauge) {
                    return residual(gauge.blocks());
                }

                @Override
                public Measured forecastError(Gauge.ForecastError gauge) {
                    return branch(gauge.branch());
                }

                @Override
                public Measured blockError(Gauge.BlockError gauge) {
                    return block(gauge.block());
                }

                @Override
                public Measured blockChange(Gauge.BlockChange gauge) {
                    return change(gauge.block());
                }
            };

    /** The first block's modulated input. */
    static final Measured INPUT = new Measured(Kind.INPUT, 0, null);

    static Measured of(Gauge gauge) {
        return gauge.match(OF);
    }

    /** What the first blocks add to the image stream. */
    static Measured residual(int blocks) {
        return new Measured(Kind.RESIDUAL, blocks, null);
    }

    /** The output of a branch. */
    static Measured branch(BranchId branch) {
        return new Measured(Kind.BRANCH, branch.block(), branch);
    }

    /** The stream after a block. */
    static Measured block(int block) {
        return new Measured(Kind.BLOCK, block, null);
    }

    /** What a block does to the image's tokens. */
    static Measured change(int block) {
        return new Measured(Kind.CHANGE, block, null);
    }

    /** Whether it is computed only to be measured. */
    boolean verified() {
        return kind == Kind.BRANCH || kind == Kind.BLOCK;
    }

    /** Whether it is read of what is computed in full. */
    boolean watched() {
        return kind == Kind.CHANGE;
    }

    /** Whether it is read against an earlier step, ahead of the plan. */
    boolean ahead() {
        return kind == Kind.INPUT || kind == Kind.RESIDUAL;
    }

    /**
     * Whether the next steps are measured against one that is done by this plan: of what the first
     * blocks add, one at which everything behind them was computed.
     */
    boolean renewed(StepPlan plan, List<Branch> branches) {
        if (kind != Kind.RESIDUAL) {
            return true;
        }
        if (plan.skipsTrunk() || plan.skipsNetwork()) {
            return false;
        }
        for (int i = 0; i < branches.size(); i++) {
            BranchId id = branches.get(i).id();
            boolean computed = !plan.forecasts(id) && plan.actions().get(i).full().isPresent();
            if (id.block() >= block && !computed) {
                return false;
            }
        }
        return true;
    }

    /** Name of the input with what it was at the step that it is read against. */
    String reference() {
        return "reference." + kind + block;
    }
}
