package org.clusca.server;

import java.time.Duration;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Requests that are being answered, and whether more may come. */
final class Running {
    private int requests;
    private boolean stopping;

    /**
     * @throws CluscaException CLOSED while the service stops
     */
    synchronized void requireOpen() {
        if (stopping) {
            throw new CluscaException(ErrorCode.CLOSED, "The service is stopping.");
        }
    }

    void during(Runnable answer) {
        synchronized (this) {
            requireOpen();
            requests++;
        }
        try {
            answer.run();
        } finally {
            synchronized (this) {
                requests--;
                notifyAll();
            }
        }
    }

    synchronized void stop() {
        stopping = true;
    }

    /** Waits until all are answered. */
    synchronized void await(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        try {
            for (long left = most.toNanos();
                    requests > 0 && left > 0;
                    left = end - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
