package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.onnx.MemoryLedger;
import org.clusca.onnx.StopSignal;

/**
 * What is loaded, and by how many generations it is used. A lease keeps what it holds from being
 * released; what nobody uses stays as long as memory suffices, the last used the longest. Loading
 * one part holds up nobody who uses others. Safe to use from several threads.
 */
final class SessionPool implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SessionPool.class.getName());

    private final MemoryLedger ledger;

    /** The one that was used longest ago first. */
    private final Map<Object, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

    private boolean closed;

    SessionPool(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    private static final class Slot {
        private final String name;
        private final MemoryLedger.Reservation memory;
        private final CompletableFuture<AutoCloseable> session = new CompletableFuture<>();
        private int users;

        Slot(String name, MemoryLedger.Reservation memory) {
            this.name = name;
            this.memory = memory;
        }

        boolean idle() {
            return users == 0 && session.isDone();
        }

        /** Whether who loaded it was stopped, which says nothing of the part. */
        boolean loaderStopped() {
            return session.handle((done, failure) -> StopSignal.stopped(failure)).getNow(false);
        }
    }

    /** Parts in use and memory to work with, until it is closed. */
    final class Lease implements AutoCloseable {
        private final Map<Object, Slot> held;
        private final MemoryLedger.Reservation working;

        private Lease(Map<Object, Slot> held, MemoryLedger.Reservation working) {
            this.held = held;
            this.working = working;
        }

        /**
         * @throws CluscaException INVALID_MODEL when the part is not among those of the lease
         */
        <S extends AutoCloseable> S get(Part<S> part) {
            Slot slot = held.get(part.key());
            if (slot == null) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        part.name()
                                + " runs, but was not announced; its conditioner lists it in encoders().");
            }
            return part.type().cast(session(slot));
        }

        /** Memory that was reserved beside the parts'. */
        MemoryLedger.Reservation working() {
            return working;
        }

        @Override
        public void close() {
            working.close();
            synchronized (SessionPool.this) {
                held.values().forEach(slot -> slot.users--);
                held.clear();
            }
        }
    }

    /**
     * Takes parts into use; loads those that are missing.
     *
     * @param working bytes to reserve beside what the parts take
     * @param refusal of what the memory does not suffice for; is given the bytes that are free
     */
    Lease lease(List<Part<?>> parts, long working, LongFunction<CluscaException> refusal) {
        Map<Object, Slot> held = new LinkedHashMap<>();
        List<Part<?>> missing = new ArrayList<>();
        List<Slot> others;
        Lease lease;
        synchronized (this) {
            requireOpen();
            for (Part<?> part : parts) {
                Slot slot = slots.get(part.key());
                if (slot == null) {
                    missing.add(part);
                } else {
                    // so that it is not released for the sake of the others
                    held.put(part.key(), slot);
                    slot.users++;
                }
            }
            try {
                lease = new Lease(held, reserve(bytes(missing) + working, refusal));
            } catch (RuntimeException e) {
                held.values().forEach(slot -> slot.users--);
                throw e;
            }
            others = List.copyOf(held.values());
            for (Part<?> part : missing) {
                Slot slot = new Slot(part.name(), lease.working().part(part.bytes()));
                slot.users = 1;
                slots.put(part.key(), slot);
                held.put(part.key(), slot);
            }
        }
        try {
            missing.forEach(part -> load(part, requireNonNull(held.get(part.key()))));
            held.values().forEach(SessionPool::session);
            return lease;
        } catch (RuntimeException | Error e) {
            missing.forEach(part -> abandon(part, requireNonNull(held.get(part.key())), e));
            boolean again = others.stream().anyMatch(Slot::loaderStopped);
            lease.close();
            if (again) {
                // it was for a reason of its own: who waited for it loads it then
                return lease(parts, working, refusal);
            }
            throw e;
        }
    }

    /** Others may wait for what will not come. */
    private void abandon(Part<?> part, Slot slot, Throwable failure) {
        synchronized (this) {
            if (slot.session.isDone()) {
                return;
            }
            slots.remove(part.key(), slot);
        }
        slot.memory.close();
        slot.session.completeExceptionally(failure);
    }

    private static long bytes(List<Part<?>> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** Releases what is idle, as far as needed. */
    private MemoryLedger.Reservation reserve(long bytes, LongFunction<CluscaException> refusal) {
        while (true) {
            Optional<MemoryLedger.Reservation> reserved = ledger.reserve(bytes);
            if (reserved.isPresent()) {
                return reserved.get();
            }
            Object idle =
                    slots.entrySet().stream()
                            .filter(slot -> slot.getValue().idle())
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElseThrow(() -> refusal.apply(ledger.free()));
            release(requireNonNull(slots.remove(idle)));
        }
    }

    private void load(Part<?> part, Slot slot) {
        long start = System.nanoTime();
        AutoCloseable session = part.load().get();
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                slot.memory.taken();
                slot.session.complete(session);
            }
        }
        if (late) {
            close(session);
            throw closedException();
        }
        long milliseconds = (System.nanoTime() - start) / 1_000_000;
        LOG.log(
                Level.DEBUG,
                () ->
                        "Loaded "
                                + part.name()
                                + " ("
                                + Memory.gib(part.bytes())
                                + ") in "
                                + milliseconds
                                + " ms");
    }

    /** Waits for who loads it. */
    private static AutoCloseable session(Slot slot) {
        try {
            return slot.session.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CluscaException(
                    ErrorCode.INTERRUPTED, "Interrupted while " + slot.name + " was loaded.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CluscaException failure) {
                throw new CluscaException(failure.code(), failure.getMessage(), failure);
            }
            throw new CluscaException(
                    ErrorCode.RUNTIME, slot.name + " could not be loaded: " + e.getCause(), e);
        }
    }

    /** Bytes of a part that is not loaded, nor being so. */
    synchronized long missing(List<Part<?>> parts) {
        return bytes(parts.stream().filter(part -> !slots.containsKey(part.key())).toList());
    }

    /** Bytes that can be had for more than {@code parts}, with all released that is idle. */
    synchronized long attainable(List<Part<?>> parts) {
        List<Object> kept = parts.stream().<Object>map(Part::key).toList();
        return ledger.free()
                + slots.entrySet().stream()
                        .filter(slot -> slot.getValue().idle() && !kept.contains(slot.getKey()))
                        .mapToLong(slot -> slot.getValue().memory.bytes())
                        .sum();
    }

    private void release(Slot slot) {
        slot.memory.close();
        AutoCloseable session = slot.session.getNow(null);
        if (session != null) {
            close(session);
            LOG.log(Level.DEBUG, () -> "Released " + slot.name);
        }
    }

    private static void close(AutoCloseable session) {
        try {
            session.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CluscaException(ErrorCode.RUNTIME, "A network could not be closed.", e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private static CluscaException closedException() {
        return new CluscaException(
                ErrorCode.CLOSED, "The pipeline was closed; open it again to generate.");
    }

    /**
     * Closes all of them, in use or not; waits for runs that are under way. The first failure is
     * thrown when all were tried. Closing twice is allowed.
     */
    @Override
    public void close() {
        List<Slot> all;
        synchronized (this) {
            closed = true;
            all = slots.values().stream().filter(slot -> slot.session.isDone()).toList();
            slots.clear();
        }
        RuntimeException failure = null;
        for (Slot slot : all) {
            try {
                release(slot);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
