package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.jspecify.annotations.Nullable;

/** Runs several generations step by step in turn; see {@link Turns}. */
final class Interleaved {
    private final Pipeline pipeline;
    private final Turns turns;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** What a run does when others are to go on; it ends with every step. */
    @FunctionalInterface
    interface Turn extends ProgressListener {
        void end();

        @Override
        default void onStep(Progress progress) {
            end();
        }
    }

    private Interleaved(Pipeline pipeline, int runs) {
        this.pipeline = pipeline;
        turns = new Turns(runs);
    }

    /**
     * @param runs each makes its request with the turn it is given
     * @return in the order of the runs
     */
    static List<Generated> run(
            Pipeline pipeline, List<? extends Function<? super Turn, Request>> runs) {
        return new Interleaved(pipeline, runs.size()).all(runs);
    }

    /**
     * The time that a run took for itself: {@link Report#seconds} of an interleaved one includes
     * the turns of the others.
     */
    static double seconds(Report report) {
        return report.modulationSeconds()
                + report.steps().stream().mapToDouble(Report.Step::seconds).sum()
                + report.decodingSeconds();
    }

    private List<Generated> all(List<? extends Function<? super Turn, Request>> runs) {
        ExecutorService threads = Executors.newFixedThreadPool(runs.size());
        try {
            List<Future<Generated>> results = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                int participant = i;
                Turn turn = () -> turns.next(participant);
                Request request = runs.get(i).apply(turn);
                results.add(threads.submit(() -> alone(request, participant)));
            }
            List<Generated> generated = new ArrayList<>();
            for (Future<Generated> result : results) {
                waitFor(result, generated);
            }
            rethrow(failure.get());
            return generated;
        } finally {
            turns.stop();
            threads.shutdown();
        }
    }

    private Generated alone(Request request, int participant) {
        turns.enter(participant);
        try {
            return pipeline.generate(request);
        } catch (RuntimeException | Error e) {
            // the others would go on for nothing
            failure.compareAndSet(null, e);
            turns.stop();
            throw e;
        } finally {
            turns.leave(participant);
        }
    }

    private static void waitFor(Future<Generated> result, List<Generated> generated) {
        try {
            generated.add(result.get());
        } catch (ExecutionException e) {
            // the first failure is kept in a field; what it stopped is of no interest
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CluscaException(ErrorCode.INTERRUPTED, "The runs were interrupted.", e);
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }
}
