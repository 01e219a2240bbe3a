package org.clusca.flops;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.TransformerSpec;

/** Sums up the operations of one generation, by convention and kind of step. */
public final class FlopsCounter {
    private final TransformerSpec spec;
    private final int batch;
    private final int leading;
    private final Map<FlopsConvention, Map<StepKind, Long>> counted =
            new EnumMap<>(FlopsConvention.class);

    /**
     * @param batch rows of the network's batch
     * @param requirements of the policy: whether tokens go through attention, and which blocks run
     *     at every step ahead of the plan
     */
    public FlopsCounter(TransformerSpec spec, int batch, Requirements requirements) {
        this.spec = attending(spec, requirements);
        this.batch = batch;
        leading = requirements.leadingBlocks();
        for (FlopsConvention convention : FlopsConvention.values()) {
            counted.put(convention, new EnumMap<>(StepKind.class));
        }
    }

    /** Branches whose tokens go through attention take all they do by token. */
    private static TransformerSpec attending(TransformerSpec spec, Requirements requirements) {
        return spec.toBuilder()
                .branches(
                        spec.branches().stream()
                                .map(
                                        branch ->
                                                requirements.attends(branch.id().kind())
                                                        ? branch.throughAttention()
                                                        : branch)
                                .toList())
                .build();
    }

    /**
     * Counts an executed step.
     *
     * @return its operations by {@link FlopsConvention#CLEAN}
     */
    public long step(StepPlan plan) {
        return count(plan, true);
    }

    /** As {@link #step}, where a step is run once more behind its leading blocks. */
    public long again(StepPlan plan) {
        return count(plan, false);
    }

    private long count(StepPlan plan, boolean ahead) {
        counted.forEach(
                (convention, kinds) ->
                        kinds.merge(plan.kind(), executed(convention, plan, ahead), Long::sum));
        return executed(FlopsConvention.CLEAN, plan, ahead);
    }

    private long executed(FlopsConvention convention, StepPlan plan, boolean ahead) {
        boolean planned = !plan.actions().isEmpty();
        long flops =
                switch (plan.kind()) {
                    case OUTPUT -> 0;
                    case SKIPPED -> convention.withoutTrunk(spec, batch);
                    case FULL, TOKENS, PREDICTED, MIXED -> convention.step(spec, batch, plan);
                };
        if (leading == 0 || planned == ahead) {
            return flops;
        }
        // the plan's actions have the leading blocks among them, a plan without any has not
        long blocks = batch * convention.leading(spec, leading);
        return ahead ? flops + blocks : flops - blocks;
    }

    private Map<StepKind, Long> of(FlopsConvention convention) {
        return requireNonNull(counted.get(convention));
    }

    /** Operations of the steps of one kind. */
    public long of(FlopsConvention convention, StepKind kind) {
        return of(convention).getOrDefault(kind, 0L);
    }

    /** Operations of all steps. */
    public long total(FlopsConvention convention) {
        return of(convention).values().stream().mapToLong(Long::longValue).sum();
    }
}
