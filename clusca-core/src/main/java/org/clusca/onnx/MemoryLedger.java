package org.clusca.onnx;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Memory that was promised: who reserves bytes has them until the reservation is closed, and nobody
 * else is promised the same. What a reservation has allocated by now shows in what the machine has
 * free, so only the rest of it counts against that. Safe to use from several threads.
 */
public final class MemoryLedger {
    private final long limit;
    private final LongSupplier available;
    private long held;
    private long outstanding;

    /**
     * @param limit bytes that may be reserved in all
     * @param available bytes that the machine can give at the moment
     */
    public MemoryLedger(long limit, LongSupplier available) {
        this.limit = limit;
        this.available = available;
    }

    /** Bytes that can still be reserved. */
    public synchronized long free() {
        return Math.max(0, Math.min(limit - held, available.getAsLong() - outstanding));
    }

    /** Nothing where {@link #free} is less. */
    public synchronized Optional<Reservation> reserve(long bytes) {
        return bytes > free() ? Optional.empty() : Optional.of(new Reservation(bytes));
    }

    /** Bytes promised to one owner, who closes it when they are given back. */
    public final class Reservation implements AutoCloseable {
        private long bytes;
        private long open;

        private Reservation(long bytes) {
            this.bytes = bytes;
            open = bytes;
            held += bytes;
            outstanding += bytes;
        }

        /** All that is reserved, allocated or not. */
        public long bytes() {
            synchronized (MemoryLedger.this) {
                return bytes;
            }
        }

        /** Hands some of what is not allocated yet over to another owner. */
        public Reservation part(long share) {
            synchronized (MemoryLedger.this) {
                give(share);
                return new Reservation(share);
            }
        }

        /** All of it is allocated now. */
        public void taken() {
            taken(Long.MAX_VALUE);
        }

        /** So much of it is allocated now. */
        public void taken(long allocated) {
            synchronized (MemoryLedger.this) {
                long share = Math.min(open, allocated);
                open -= share;
                outstanding -= share;
            }
        }

        private void give(long share) {
            long given = Math.min(share, bytes);
            long unused = Math.min(given, open);
            bytes -= given;
            open -= unused;
            held -= given;
            outstanding -= unused;
        }

        /** Closing twice is allowed. */
        @Override
        public void close() {
            synchronized (MemoryLedger.this) {
                give(bytes);
            }
        }
    }
}
