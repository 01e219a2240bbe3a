package org.clusca.cli;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Cancellation;
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
        Request.Builder warming = all.toBuilder().decode(decode).keepLatents(false);
        Request few = warming.steps(Math.min(most, all.steps())).build();
        if (accepted(pipeline, few)) {
            double seconds = pipeline.prepare(few).loadSeconds();
            pipeline.generate(few);
            return seconds;
        }
        double seconds = pipeline.prepare(all).loadSeconds();
        begin(pipeline, warming.steps(all.steps()), most);
        return seconds;
    }

    /** A policy may be good for the whole number of steps alone. */
    private static boolean accepted(Pipeline pipeline, Request few) {
        try {
            pipeline.check(few);
            return true;
        } catch (CluscaException e) {
            return false;
        }
    }

    /** Generates no more than the first steps. */
    private static void begin(Pipeline pipeline, Request.Builder request, int most) {
        Cancellation enough = new Cancellation();
        try {
            pipeline.generate(
                    request.decode(false)
                            .cancellation(enough)
                            .listener(
                                    done -> {
                                        if (done.step().index() + 1 >= most) {
                                            enough.cancel();
                                        }
                                    })
                            .build());
        } catch (CluscaException e) {
            if (e.code() != ErrorCode.CANCELLED) {
                throw e;
            }
        }
    }
}
