package org.clusca.cli;

import java.io.PrintStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jline.utils.Signals;

/**
 * What Ctrl-C does. One that comes while results are written waits until the files are whole; then
 * what is not whole yet, such as a video of which frames are missing, is deleted and the process
 * ends at once, without waiting for the computation.
 */
final class Interruption {
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
    private static final ReentrantLock WRITING = new ReentrantLock();
    private static final Set<Runnable> CLEANUPS = ConcurrentHashMap.newKeySet();

    private Interruption() {}

    /**
     * To be called once, by a process that is the command line and nothing else.
     *
     * @param err is told what was done
     */
    static void install(PrintStream err) {
        SIGNALS.forEach((name, number) -> Signals.register(name, () -> end(128 + number, err)));
    }

    private static void end(int code, PrintStream err) {
        boolean wrote = WRITING.isLocked();
        // kept, so that nothing is written after
        WRITING.lock();
        boolean whole = wrote && CLEANUPS.isEmpty();
        CLEANUPS.forEach(Runnable::run);
        err.println(
                "\nclusca: stopped; "
                        + (whole
                                ? "what was being written is whole."
                                : "nothing unfinished is left behind."));
        Runtime.getRuntime().halt(code);
    }

    /** Writes results, not to be interrupted. */
    static void writing(Runnable results) {
        WRITING.lock();
        try {
            results.run();
        } finally {
            WRITING.unlock();
        }
    }

    /** Has {@code cleanup} run when the process is stopped, until {@link #forget}. */
    static void remember(Runnable cleanup) {
        CLEANUPS.add(cleanup);
    }

    static void forget(Runnable cleanup) {
        CLEANUPS.remove(cleanup);
    }
}
