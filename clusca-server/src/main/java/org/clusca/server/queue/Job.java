package org.clusca.server.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A client's request on its way: what is made of it is told as events, the last one is {@link
 * Event.End}. Safe to use from several threads.
 */
public final class Job {
    /** Which steps a client looks at. */
    public enum Shows {
        NOTHING,
        STEPS,
        PICTURES
    }

    private final Wanted wanted;
    private final Shows shows;
    private final long deadline;
    private final Duration limit;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Runnable> hooks = new ArrayList<>();
    private int taken;
    private int done;
    private boolean ended;

    /**
     * @param limit of the time until it is done, waiting included
     */
    public Job(Wanted wanted, Shows shows, Duration limit) {
        this.wanted = wanted;
        this.shows = shows;
        this.limit = limit;
        deadline = System.nanoTime() + limit.toNanos();
    }

    public Wanted wanted() {
        return wanted;
    }

    Shows shows() {
        return shows;
    }

    /** The next event, or null when there is none for so long. Ends the job when its time is up. */
    public @Nullable Event next(long milliseconds) {
        try {
            if (System.nanoTime() > deadline) {
                end(
                        new CluscaException(
                                ErrorCode.TIMED_OUT,
                                "The request took longer than its limit of "
                                        + limit.toSeconds()
                                        + " s, waiting included."));
            }
            return events.poll(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(new CluscaException(ErrorCode.CLOSED, "The service is stopping.", e));
            return events.poll();
        }
    }

    /** The number of its next picture that nobody makes yet, or -1. */
    synchronized int take() {
        return ended || taken == wanted.count() ? -1 : taken++;
    }

    synchronized boolean waits() {
        return !ended && taken < wanted.count();
    }

    void tell(Event event) {
        events.add(event);
    }

    /** One of its pictures is done; the last one ends it. */
    void done(int picture, Made made) {
        tell(new Event.Done(picture, made));
        boolean last;
        synchronized (this) {
            last = ++done == wanted.count();
        }
        if (last) {
            end(null);
        }
    }

    public synchronized boolean ended() {
        return ended;
    }

    /**
     * Nothing more is done for it; whoever works for nobody else stops within the step.
     *
     * @param failure null when all is done
     */
    public void end(@Nullable Throwable failure) {
        List<Runnable> called;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            called = List.copyOf(hooks);
            hooks.clear();
        }
        tell(new Event.End(failure));
        called.forEach(Runnable::run);
    }

    /** Has {@code hook} run once, when it ends. */
    void onEnd(Runnable hook) {
        synchronized (this) {
            if (!ended) {
                hooks.add(hook);
                return;
            }
        }
        hook.run();
    }
}
