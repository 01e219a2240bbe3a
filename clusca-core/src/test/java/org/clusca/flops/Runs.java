package org.clusca.flops;

import static org.clusca.flops.FlopsConvention.A;
import static org.clusca.flops.FlopsConvention.B;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.TransformerSpec;
import org.clusca.cluster.Consecutive;
import org.clusca.policy.ClusCa;
import org.clusca.policy.Taylor;
import org.clusca.policy.TaylorSeer;

/** Runs of 50 steps on a published shape, counted without computing. */
record Runs(TransformerSpec spec, int batch, int first, FlopsConvention convention) {
    static final int STEPS = 50;

    /** One image with guidance. */
    static final Runs DIT = new Runs(PublishedShapes.dit(), 2, 2, A);

    static final Runs FLUX = new Runs(PublishedShapes.flux(), 1, 3, B);
    static final Runs HUNYUAN = new Runs(PublishedShapes.hunyuan(), 1, 1, B);

    Runs first(int value) {
        return new Runs(spec, batch, value, convention);
    }

    FlopsCounter count(CachePolicy policy) {
        return count(policy, STEPS);
    }

    FlopsCounter count(CachePolicy policy, int steps) {
        FlopsCounter counter = new FlopsCounter(spec, batch, policy.requirements(spec.branches()));
        CacheSession session = policy.open(new GenerationContext(spec.branches(), batch, steps, 0));
        for (int step = 0; step < steps; step++) {
            StepPlan plan = session.plan(new StepContext(step, steps, 0));
            counter.step(plan);
            if (plan.observe()) {
                // the clusters' sizes decide nothing here, so neither do the tokens
                Map<org.clusca.api.model.Stream, Tensor> states =
                        new EnumMap<>(org.clusca.api.model.Stream.class);
                for (Branch branch : spec.branches()) {
                    if (branch.id().kind() == BranchKind.MLP) {
                        Tensor state = Tensor.zeros(batch, branch.tokens(), 1);
                        states.put(branch.id().stream(), state);
                    }
                }
                session.observe(new Observation(step, states, Map.of()));
            }
        }
        return counter;
    }

    long full(int steps) {
        return count(NoCache.INSTANCE, steps).total(convention);
    }

    /** TaylorSeer; its order costs nothing in any convention, so this is FORA too. */
    long taylor(int interval) {
        return count(new TaylorSeer(interval, 0, first)).total(convention);
    }

    long clusca(int interval, int clusters) {
        return count(
                        ClusCa.builder()
                                .interval(interval)
                                .first(first)
                                .clusters(clusters)
                                .clusterer(new Consecutive())
                                .selector((seed, step, branch, row, labels) -> new int[clusters])
                                .build())
                .total(convention);
    }

    long step(StepPlan plan) {
        return convention.step(spec, batch, plan);
    }

    StepPlan everywhere(Action action) {
        return new StepPlan(Collections.nCopies(spec.branches().size(), action), false);
    }

    StepPlan fullStep() {
        return everywhere(compute());
    }

    StepPlan predictedStep() {
        return everywhere(reuse());
    }

    StepPlan plan(Function<Branch, Action> action) {
        return new StepPlan(spec.branches().stream().map(action).toList(), false);
    }

    static Action compute() {
        return new Action.Compute(true);
    }

    static Action reuse() {
        return new Action.Predict(new Taylor(0));
    }

    /** As ToCa does it: computed tokens replace the cached ones. */
    Action refresh(int tokens) {
        int[][] rows = Stream.generate(() -> new int[tokens]).limit(batch).toArray(int[][]::new);
        return new Action.ComputeTokens(rows, new Merge.Replace(), new Taylor(0));
    }

    /** How many times fewer operations than the full computation, as tables print it. */
    String speedup(long flops) {
        return String.format(Locale.ROOT, "%.2f", (double) full(STEPS) / flops);
    }

    static String tera(long flops, int decimals) {
        return decimal(flops, 12, decimals);
    }

    static String giga(long flops, int decimals) {
        return decimal(flops, 9, decimals);
    }

    private static String decimal(long flops, int power, int decimals) {
        return BigDecimal.valueOf(flops)
                .movePointLeft(power)
                .setScale(decimals, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
