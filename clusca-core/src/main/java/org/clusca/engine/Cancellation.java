package org.clusca.engine;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Stops a generation from another thread, in the middle of a step too. One may stop several
 * generations; those that begin after {@link #cancel} do not get far.
 */
public final class Cancellation {
    private final Set<Runnable> hooks = new LinkedHashSet<>();
    private boolean cancelled;

    public synchronized void cancel() {
        cancelled = true;
        hooks.forEach(Runnable::run);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Has {@code hook} run once this is cancelled, until {@link #forget}. */
    synchronized void onCancel(Runnable hook) {
        hooks.add(hook);
        if (cancelled) {
            hook.run();
        }
    }

    synchronized void forget(Runnable hook) {
        hooks.remove(hook);
    }
}
