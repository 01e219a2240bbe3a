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
import java.util.random.RandomGenerator;

/**
 * Things by numbers that nobody can guess, for a limited time and up to a limited number; the
 * oldest go first. Safe to use from several threads.
 */
public final class Kept<T> {
    private final int most;
    private final long age;
    private final Consumer<T> dropped;
    private final LongSupplier clock;
    private final RandomGenerator random = new SecureRandom();

    /** In the order in which they came. */
    private final Map<String, Entry<T>> entries = new LinkedHashMap<>();

    private record Entry<T>(T value, long since) {}

    /**
     * @param most that are kept
     * @param age how long each is kept
     * @param dropped is told of what goes
     */
    public Kept(int most, Duration age, Consumer<T> dropped) {
        this(most, age, dropped, System::nanoTime);
    }

    Kept(int most, Duration age, Consumer<T> dropped, LongSupplier clock) {
        this.most = most;
        this.age = age.toNanos();
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
        }
        gone.forEach(dropped);
    }

    private List<T> outdated() {
        List<T> gone = new ArrayList<>();
        Iterator<Entry<T>> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry<T> entry = oldest.next();
            if (entries.size() <= most && clock.getAsLong() - entry.since() <= age) {
                break;
            }
            oldest.remove();
            gone.add(entry.value());
        }
        return gone;
    }
}
