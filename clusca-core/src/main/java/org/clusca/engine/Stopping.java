package org.clusca.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.clusca.api.ErrorCode;
import org.clusca.onnx.StopSignal;
import org.jspecify.annotations.Nullable;

/**
 * What can end one generation early: its caller, its time limit, an interrupt of its thread, the
 * closing of its pipeline. Begins with the generation and is closed with it.
 */
final class Stopping implements AutoCloseable {
    /** Longer limits are none: a century. */
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private final StopSignal signal = new StopSignal();
    private final Runnable cancel =
            () -> signal.stop(ErrorCode.CANCELLED, "The generation was cancelled");
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Request request;
    private final Set<Stopping> running;
    private final @Nullable Duration limit;
    private final long start = System.nanoTime();

    /**
     * @param running those of the pipeline; this one is among them until it is closed
     */
    Stopping(Request request, Set<Stopping> running) {
        this.request = request;
        this.running = running;
        Duration timeout = request.timeout();
        limit = timeout == null || timeout.compareTo(LONGEST) > 0 ? null : timeout;
        running.add(this);
        request.cancellation().onCancel(cancel);
        if (limit != null) {
            ended.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete(
                            (none, failure) -> {
                                if (failure instanceof TimeoutException) {
                                    timeOut(limit);
                                }
                            });
        }
    }

    /** Ends the runs of sessions. */
    StopSignal signal() {
        return signal;
    }

    /**
     * @param where for the error: {@code before step 3}
     * @throws org.clusca.api.CluscaException CANCELLED, TIMED_OUT, INTERRUPTED or CLOSED
     */
    void check(String where) {
        if (limit != null && System.nanoTime() - start >= limit.toNanos()) {
            timeOut(limit);
        }
        signal.check(where);
    }

    /** Its pipeline goes. */
    void pipelineClosed() {
        signal.stop(ErrorCode.CLOSED, "The pipeline was closed");
    }

    private void timeOut(Duration limit) {
        signal.stop(
                ErrorCode.TIMED_OUT,
                "The generation ran into its timeout of " + limit.toMillis() + " ms");
    }

    @Override
    public void close() {
        ended.complete(null);
        request.cancellation().forget(cancel);
        running.remove(this);
    }
}
