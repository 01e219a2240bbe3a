package org.clusca.cli;

import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/** What comes before steps are timed. */
final class Loading {
    private Loading() {}

    /**
     * Loads what a request needs and makes a few steps of it, so that compiling and first touches
     * of memory are over when time is taken; gives the seconds of loading.
     *
     * @param most steps that are made
     * @param decode whether pictures are decoded too: a video takes long
     */
    static double warmUp(Pipeline pipeline, Request all, int most, boolean decode) {
        Request few =
                all.toBuilder()
                        .steps(Math.min(most, all.steps()))
                        .decode(decode)
                        .keepLatents(false)
                        .build();
        double seconds = pipeline.prepare(few).loadSeconds();
        pipeline.generate(few);
        return seconds;
    }
}
