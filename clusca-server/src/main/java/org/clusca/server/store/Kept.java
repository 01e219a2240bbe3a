package org.clusca.server.store;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * Things by numbers that nobody can guess, for a limited time and up to a limited number and size;
 * the oldest go first. Safe to use from several threads.
 */
public final class Kept<T> {
    private final Bound bound;
    private final ToLongFunction<T> size;
    private final Consumer<T> dropped;
    private final LongSupplier clock;
    private final RandomGenerator random = new SecureRandom();

    /** In the order in which they came. */
    private final Map<String, Entry<T>> entries = new LinkedHashMap<>();

    private long bytes;

    private record Entry<T>(T value, long since) {}

    /**
     * How much is kept.
     *
     * @param most number
     * @param bytes together; the last one is kept however large it is
     * @param age of each
     */
    public record Bound(int most, long bytes, Duration age) {}

    /**
     * @param size bytes of one
     * @param dropped is told of what goes
     */
    public Kept(Bound bound, ToLongFunction<T> size, Consumer<T> dropped) {
        this(bound, size, dropped, System::nanoTime);
    }

    Kept(Bound bound, ToLongFunction<T> size, Consumer<T> dropped, LongSupplier clock) {
        this.bound = bound;
        this.size = size;
        this.dropped = dropped;
        this.clock = clock;
    }

    /**
     * @param prefix of the number
     * @return the number that it is found by
     */
    public String put(String prefix, T value) {
        byte[] number = new byte[16];
        random.nextBytes(number);
        String id = prefix + HexFormat.of().formatHex(number);
        List<T> gone;
        synchronized (this) {
            entries.put(id, new Entry<>(value, clock.getAsLong()));
            bytes += size.applyAsLong(value);
            gone = outdated();
        }
        gone.forEach(dropped);
        return id;
    }

    public Optional<T> get(String id) {
        List<T> gone;
        Optional<T> found;
        synchronized (this) {
            gone = outdated();
            found = Optional.ofNullable(entries.get(id)).map(Entry::value);
        }
        gone.forEach(dropped);
        return found;
    }

    /** Those that are kept, by number, the oldest first. */
    public Map<String, T> all() {
        List<T> gone;
        Map<String, T> all = new LinkedHashMap<>();
        synchronized (this) {
            gone = outdated();
            entries.forEach((id, entry) -> all.put(id, entry.value()));
        }
        gone.forEach(dropped);
        return all;
    }

    /** What is dropped, if it was there. */
    public Optional<T> remove(String id) {
        Entry<T> entry;
        synchronized (this) {
            entry = entries.remove(id);
            bytes -= entry == null ? 0 : size.applyAsLong(entry.value());
        }
        Optional<T> removed = Optional.ofNullable(entry).map(Entry::value);
        removed.ifPresent(dropped);
        return removed;
    }

    public void clear() {
        List<T> gone;
        synchronized (this) {
            gone = entries.values().stream().map(Entry::value).toList();
            entries.clear();
            bytes = 0;
        }
        gone.forEach(dropped);
    }

    private List<T> outdated() {
        List<T> gone = new ArrayList<>();
        Iterator<Entry<T>> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry<T> entry = oldest.next();
            boolean fits =
                    entries.size() == 1 || entries.size() <= bound.most() && bytes <= bound.bytes();
            if (fits && clock.getAsLong() - entry.since() <= bound.age().toNanos()) {
                break;
            }
            oldest.remove();
            bytes -= size.applyAsLong(entry.value());
            gone.add(entry.value());
        }
        return gone;
    }
}
