package org.clusca.server.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait, in the order in which they came; those that fit the first are made together
 * with it. Safe to use from several threads.
 */
public final class WorkQueue {
    private final int most;
    private final long wait;
    private final int together;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean closed;

    private record Waiting(Job job, long since) {}

    /**
     * @param most requests that wait at the same time
     * @param wait how long the first one waits for others that fit
     * @param together pictures that are made at the same time
     */
    public WorkQueue(int most, Duration wait, int together) {
        this.most = most;
        this.wait = wait.toNanos();
        this.together = together;
    }

    /**
     * @return false when too many wait
     * @throws CluscaException CLOSED once the queue is closed
     */
    public synchronized boolean offer(Job job) {
        if (closed) {
            throw new CluscaException(ErrorCode.CLOSED, "The service is stopping.");
        }
        waiting.removeIf(other -> other.job().ended());
        if (waiting.size() >= most) {
            return false;
        }
        waiting.add(new Waiting(job, System.nanoTime()));
        notifyAll();
        return true;
    }

    /** Requests of which nothing is being made. */
    public synchronized int size() {
        waiting.removeIf(other -> other.job().ended());
        return waiting.size();
    }

    /**
     * Waits for work.
     *
     * @return pictures to make together, or null when the queue is closed
     */
    synchronized @Nullable List<Part> take() throws InterruptedException {
        while (!closed) {
            waiting.removeIf(other -> !other.job().waits());
            Waiting first = waiting.peek();
            if (first == null) {
                wait();
                continue;
            }
            long left = first.since() + wait - System.nanoTime();
            if (left > 0 && first.job().wanted().together() && fitting(first.job()) < together) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                continue;
            }
            List<Part> parts = parts(first.job());
            if (!parts.isEmpty()) {
                return parts;
            }
        }
        return null;
    }

    /** Pictures that could be made with the first. */
    private long fitting(Job first) {
        return waiting.stream()
                .filter(other -> fits(first, other.job()))
                .mapToLong(other -> other.job().wanted().count())
                .sum();
    }

    private static boolean fits(Job first, Job other) {
        return other == first
                || other.wanted().together()
                        && other.wanted().group().equals(first.wanted().group());
    }

    private List<Part> parts(Job first) {
        int room = first.wanted().together() ? together : 1;
        List<Part> parts = new ArrayList<>();
        for (Waiting other : waiting) {
            Job job = other.job();
            if (job != first && (room == 1 || !fits(first, job))) {
                continue;
            }
            for (int picture = 0; parts.size() < room && picture >= 0; ) {
                picture = job.take();
                if (picture >= 0) {
                    parts.add(new Part(job, picture));
                }
            }
        }
        waiting.removeIf(other -> !other.job().waits());
        return parts;
    }

    /** Refuses what waits, and whatever else comes. */
    public void close() {
        List<Waiting> refused;
        synchronized (this) {
            closed = true;
            refused = List.copyOf(waiting);
            waiting.clear();
            notifyAll();
        }
        refused.forEach(
                other ->
                        other.job()
                                .end(
                                        new CluscaException(
                                                ErrorCode.CLOSED, "The service is stopping.")));
    }
}
