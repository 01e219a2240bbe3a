package org.clusca.examples.cli;

import java.util.List;
import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/** What comes before the first step. */
final class Loading {
    /** Under the usual policies these are two full steps and a cached one. */
    private static final int WARM_UP_STEPS = 3;

    private Loading() {}

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
