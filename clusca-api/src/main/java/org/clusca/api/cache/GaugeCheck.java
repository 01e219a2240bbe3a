package org.clusca.api.cache;

import java.util.List;
import java.util.function.Predicate;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a network has what a policy's gauges measure. */
@SuppressWarnings("NullAway") // the one value of Void is null
final class GaugeCheck implements Gauge.Cases<@Nullable Void> {
    private final String policy;
    private final Requirements requirements;
    private final List<BranchId> branches;
    private final int blocks;

    GaugeCheck(CachePolicy policy, GenerationContext context) {
        this.policy = policy.tag();
        requirements = policy.requirements(context.branches());
        branches = context.branches().stream().map(Branch::id).toList();
        blocks = branches.stream().mapToInt(BranchId::block).max().orElse(-1) + 1;
    }

    @Override
    public @Nullable Void inputChange(Gauge.InputChange gauge) {
        return null;
    }

    @Override
    public @Nullable Void residualChange(Gauge.ResidualChange gauge) {
        int behind = gauge.blocks();
        require(
                gauge,
                behind >= 1 && behind <= blocks,
                "the network has blocks 1 to " + blocks + " to read it behind");
        require(
                gauge,
                behind == blocks || has(id -> id.block() == behind && id.stream() == Stream.IMAGE),
                "behind block "
                        + behind
                        + " the image stream is joined with another one; read it where it is not");
        for (Place place : requirements.places().keySet()) {
            require(
                    gauge,
                    place.match(new Leading(behind)),
                    "it is read behind blocks that are computed at every step, which "
                            + place
                            + " is to forecast");
        }
        return null;
    }

    @Override
    public @Nullable Void forecastError(Gauge.ForecastError gauge) {
        require(gauge, has(gauge.branch()::equals), "there is no such branch");
        forecast(gauge);
        return null;
    }

    @Override
    public @Nullable Void blockError(Gauge.BlockError gauge) {
        require(
                gauge,
                has(id -> id.block() == gauge.block()),
                "the network has blocks 0 to " + (blocks - 1));
        forecast(gauge);
        return null;
    }

    @Override
    public @Nullable Void blockChange(Gauge.BlockChange gauge) {
        require(
                gauge,
                has(id -> id.block() == gauge.block() && id.stream() != Stream.TEXT),
                "the network has no such block on the image stream");
        return null;
    }

    private void forecast(Gauge gauge) {
        require(
                gauge,
                requirements.order() >= 0,
                "nothing is kept of branches, so that none is forecast");
        int leading = requirements.leadingBlocks();
        require(
                gauge,
                branches.stream().filter(gauge::measures).noneMatch(id -> id.block() < leading),
                "the first " + leading + " blocks are computed at every step");
    }

    private boolean has(Predicate<BranchId> branch) {
        return branches.stream().anyMatch(branch);
    }

    private void require(Gauge gauge, boolean holds, String reason) {
        if (!holds) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Policy " + policy + " asks for the gauge " + gauge + ", but " + reason + ".");
        }
    }

    /** Whether a place leaves the first blocks alone, or comes after everything that is read. */
    private record Leading(int behind) implements Place.Cases<Boolean> {
        @Override
        public Boolean trunk(Place.Trunk place) {
            return true;
        }

        @Override
        public Boolean blocks(Place.Blocks place) {
            return place.from() >= behind;
        }

        @Override
        public Boolean output(Place.Output place) {
            return true;
        }
    }
}
