package org.clusca.examples.cli;

import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/** What comes before the first step. */
final class Loading {
    /** Under the usual policies these are two full steps and a cached one. */
    private static final int WARM_UP_STEPS = 3;

    private Loading() {}

    /**
     * A generation and what it took beside its own time: loading, and encoding prompts. Encoders
     * come first and may go before the rest comes, so nothing is loaded ahead of it.
     */
    record Loaded(Generated generated, double loadSeconds) {}

    static Loaded generate(Pipeline pipeline, Request request) {
        long start = System.nanoTime();
        Generated generated = pipeline.generate(request);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Loaded(generated, Math.max(0, seconds - generated.report().seconds()));
    }

    /**
     * Loads what a policy needs and makes a few steps under it, so that compiling and first touches
     * of memory are over when time is taken; gives the seconds of loading.
     */
    static double warmUp(Pipeline pipeline, Request.Builder builder, CachePolicy policy) {
        int steps = builder.build().steps();
        Request few = builder.policy(policy).steps(Math.min(WARM_UP_STEPS, steps)).build();
        builder.steps(steps);
        return generate(pipeline, few).loadSeconds();
    }
}
