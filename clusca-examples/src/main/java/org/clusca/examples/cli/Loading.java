package org.clusca.examples.cli;

import java.util.List;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.model.Model;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/** What comes before the first step. */
final class Loading {
    /** Under the usual policies these are two full steps and a cached one. */
    private static final int WARM_UP_STEPS = 3;

    private Loading() {}

    /** Asks everything about a request that can be asked before weights are loaded. */
    static void check(Pipeline pipeline, Request request) {
        Model model = pipeline.model();
        request.conditions().forEach(model.conditioner()::condition);
        Scheduler chosen = request.scheduler();
        Scheduler scheduler = chosen == null ? pipeline.defaultScheduler() : chosen;
        int steps = scheduler.schedule(request.steps()).timesteps().length;
        request.policy()
                .open(
                        new GenerationContext(
                                model.transformer().spec().branches(),
                                request.images(),
                                steps,
                                request.seed()));
    }

    /** Loads what a policy needs; gives the seconds. */
    static double prepare(Pipeline pipeline, CachePolicy policy) {
        long start = System.nanoTime();
        pipeline.prepare(policy);
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * A few steps under every policy, so that compiling and first touches of memory are over when
     * time is taken.
     */
    static void warmUp(Pipeline pipeline, Request.Builder builder, List<CachePolicy> policies) {
        int steps = builder.build().steps();
        for (CachePolicy policy : policies) {
            pipeline.generate(builder.policy(policy).steps(Math.min(WARM_UP_STEPS, steps)).build());
        }
        builder.steps(steps);
    }
}
