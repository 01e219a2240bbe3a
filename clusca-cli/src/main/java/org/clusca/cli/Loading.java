package org.clusca.cli;

import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/** What comes before steps are timed. */
final class Loading {
    private Loading() {}

    /**
     * Loads what a policy needs and makes a few steps under it, so that compiling and first touches
     * of memory are over when time is taken; gives the seconds of loading.
     *
     * @param most steps that are made
     */
    static double warmUp(Pipeline pipeline, Request.Builder builder, CacheChoice cache, int most) {
        int steps = builder.build().steps();
        Request few = cache.apply(builder).steps(Math.min(most, steps)).build();
        builder.steps(steps);
        double seconds = pipeline.prepare(few).loadSeconds();
        pipeline.generate(few);
        return seconds;
    }
}
