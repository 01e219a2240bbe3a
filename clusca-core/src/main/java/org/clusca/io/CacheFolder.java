package org.clusca.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.model.QuantizedWeight.Format;

/**
 * Where files are kept that can be made again: unpacked models, weights in other formats.
 *
 * @param path need not exist
 */
public record CacheFolder(Path path) {
    /** The most that weights in other formats may take, in bytes; the longest unused go first. */
    public static final long MOST = 32L << 30;

    /** A model that is being opened must find what it made a moment ago. */
    private static final Duration IN_USE = Duration.ofHours(1);

    /** As versions before this one named them. */
    private static final String EARLIER_WEIGHTS = ".int8";

    /** Ending of tensors in another form than their file holds them in. */
    static final String COPY = ".tensor";

    /**
     * Something in the folder: a file, one that was not finished, or an unpacked model.
     *
     * @param used when it was last made or asked for
     */
    public record Entry(Path path, long bytes, Instant used) {}

    /**
     * {@code CLUSCA_CACHE} of the environment, else {@code clusca} in the user's folder for such
     * things. It need not exist.
     */
    public static Path usual() {
        String given = System.getenv("CLUSCA_CACHE");
        if (given != null && !given.isBlank()) {
            return Path.of(given);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg != null && !xdg.isBlank()
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return caches.resolve("clusca");
    }

    /**
     * What lies in it, the longest unused first.
     *
     * @throws CluscaException IO
     */
    public List<Entry> entries() {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(CacheFolder::isOurs)
                    .map(CacheFolder::entry)
                    .sorted(Comparator.comparing(Entry::used).thenComparing(Entry::path))
                    .toList();
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        } catch (UncheckedIOException e) {
            throw IoErrors.reading(path, new IOException(e));
        }
    }

    /** Somebody may name a folder that holds other things too. */
    private static boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return isWeights(file)
                || OutputFile.isPart(file)
                || name.startsWith("models-") && Files.isDirectory(file);
    }

    private static boolean isWeights(Path file) {
        String name = file.toString();
        return name.endsWith(EARLIER_WEIGHTS)
                || name.endsWith(COPY)
                || Stream.of(Format.values())
                        .anyMatch(format -> name.endsWith(QuantizedWeights.ending(format)));
    }

    private static Entry entry(Path file) {
        try (Stream<Path> all = Files.walk(file)) {
            long bytes = 0;
            for (Path part : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(part);
            }
            return new Entry(file, bytes, Files.getLastModifiedTime(file).toInstant());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What {@link #clear} did.
     *
     * @param bytes that are free now
     * @param kept files that somebody is writing
     */
    public record Cleared(long bytes, List<Path> kept) {}

    /**
     * Deletes all of it but what is being written just now.
     *
     * @throws CluscaException IO
     */
    public Cleared clear() {
        List<Entry> entries = new ArrayList<>(entries());
        List<Path> kept =
                entries.stream().map(Entry::path).filter(CacheFolder::isBeingWritten).toList();
        entries.removeIf(entry -> kept.contains(entry.path()));
        return new Cleared(delete(entries), kept);
    }

    private static boolean isBeingWritten(Path file) {
        return OutputFile.isPart(file) && PendingFile.isBeingWritten(file);
    }

    /**
     * Deletes the longest unused weights, until what remains takes no more than {@code most} bytes,
     * and what was left by processes that were killed as they wrote; what was used within the last
     * hour stays.
     *
     * @return bytes that are free now
     * @throws CluscaException IO
     */
    public long trim(long most) {
        List<Entry> entries = entries();
        long excess =
                entries.stream()
                                .filter(entry -> isWeights(entry.path()))
                                .mapToLong(Entry::bytes)
                                .sum()
                        - most;
        Instant recent = Instant.now().minus(IN_USE);
        List<Entry> gone = new ArrayList<>();
        for (Entry entry : entries) {
            if (!entry.used().isBefore(recent)) {
                continue;
            }
            if (OutputFile.isPart(entry.path())) {
                gone.add(entry);
            } else if (isWeights(entry.path()) && excess > 0) {
                gone.add(entry);
                excess -= entry.bytes();
            }
        }
        return delete(gone);
    }

    private long delete(List<Entry> entries) {
        long freed = 0;
        for (Entry entry : entries) {
            try {
                Folders.delete(entry.path());
                freed += entry.bytes();
            } catch (IOException e) {
                throw IoErrors.writing(entry.path(), e);
            }
        }
        return freed;
    }

    /** Says that a file of the folder is in use, so that it is not the first to go. */
    static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // a folder that others filled and this process may only read
        }
    }
}
