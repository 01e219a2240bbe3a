package org.clusca.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/** Stops a generation from another thread; it ends between two steps or before decoding. */
public final class Cancellation {
    private final AtomicBoolean cancelled = new AtomicBoolean();

    public void cancel() {
        cancelled.set(true);
    }

    public boolean isCancelled() {
        return cancelled.get();
    }
}
