package org.clusca.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.HashSet;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Ends the runs of one generation, also one that is under way: ONNX Runtime then leaves off after
 * the operation it is at. Interrupting the running thread gives the signal too. Safe to use from
 * several threads.
 */
public final class StopSignal {
    private record Reason(ErrorCode code, String words) {}

    private final Set<RunOptions> running = new HashSet<>();
    private @Nullable Reason reason;

    /**
     * Gives the signal; the first reason stays.
     *
     * @param words what happened, for the error: {@code The generation was cancelled}
     */
    public synchronized void stop(ErrorCode code, String words) {
        if (reason == null) {
            reason = new Reason(code, words);
            running.forEach(StopSignal::terminate);
        }
    }

    /** Whether a failure says that a generation was stopped, and nothing of what it did. */
    public static boolean stopped(@Nullable Throwable failure) {
        return failure instanceof CluscaException known
                && switch (known.code()) {
                    case CANCELLED, TIMED_OUT, INTERRUPTED -> true;
                    default -> false;
                };
    }

    /**
     * Where work can stop.
     *
     * @param where for the error: {@code before step 3}
     * @throws CluscaException of the reason's code once the signal was given, or INTERRUPTED
     */
    public void check(String where) {
        if (Thread.currentThread().isInterrupted()) {
            interrupted();
        }
        stopped(where, null);
    }

    private void interrupted() {
        stop(ErrorCode.INTERRUPTED, "The generation's thread was interrupted");
    }

    private synchronized void stopped(String where, @Nullable Exception cause) {
        if (reason != null) {
            throw new CluscaException(reason.code(), reason.words() + " " + where + ".", cause);
        }
    }

    /**
     * @param name of the graph, for errors
     * @param options of the run
     */
    <T> T run(String name, RunOptions options, Device.Call<T> run) throws OrtException {
        Interruptible interruptible = new Interruptible();
        enter(options);
        try {
            interruptible.enter();
            return run.call();
        } catch (OrtException e) {
            stopped("while " + name + " ran", e);
            throw e;
        } finally {
            interruptible.leave();
            exit(options);
        }
    }

    private synchronized void enter(RunOptions options) {
        running.add(options);
        if (reason != null) {
            terminate(options);
        }
    }

    private synchronized void exit(RunOptions options) {
        running.remove(options);
    }

    private static void terminate(RunOptions options) {
        try {
            options.setTerminate(true);
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.RUNTIME, "ONNX Runtime could not end a run: " + e.getMessage(), e);
        }
    }

    /** The JDK's way to hear of an interrupt while a thread is in native code: a channel. */
    private final class Interruptible extends AbstractInterruptibleChannel {
        void enter() {
            begin();
        }

        void leave() {
            try {
                // whether the run ended or was ended, its own outcome says
                end(true);
            } catch (java.nio.channels.AsynchronousCloseException e) {
                // the thread's interrupt stays set, and the reason is kept
            }
        }

        @Override
        protected void implCloseChannel() {
            interrupted();
        }
    }
}
