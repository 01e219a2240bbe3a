package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.clusca.api.CluscaException;
import org.jspecify.annotations.Nullable;

/**
 * The zip of a PyTorch file, in which nothing is compressed.
 *
 * @param pickle {@code data.pkl}
 * @param storages where each lies, by name
 */
record TorchArchive(ByteBuffer pickle, Map<String, Range> storages) {
    private static final String PICKLE = "data.pkl";
    private static final int LONGEST_PICKLE = 64 << 20;

    /** Bytes of the file. */
    record Range(String name, long offset, long bytes) {}

    static TorchArchive read(Path file, FileChannel channel) throws IOException {
        checkStart(file, channel);
        Map<String, Range> entries = new HashMap<>();
        for (Range range : ranges(file, channel)) {
            if (entries.put(range.name(), range) != null) {
                throw corrupt(file, IoErrors.shown(range.name()) + " is in its zip twice");
            }
        }
        checkLayout(file, entries, channel.size());
        String root = root(file, entries);
        Range order = entries.get(root + "byteorder");
        if (order != null
                && !StandardCharsets.US_ASCII
                        .decode(bytes(file, channel, order, 16))
                        .toString()
                        .equals("little")) {
            throw corrupt(file, "its numbers are not little-endian, as this machine's are");
        }
        Map<String, Range> storages = new HashMap<>();
        String prefix = root + "data/";
        entries.forEach(
                (name, range) -> {
                    if (name.startsWith(prefix)) {
                        storages.put(name.substring(prefix.length()), range);
                    }
                });
        Range pickle = requireNonNull(entries.get(root + PICKLE));
        return new TorchArchive(bytes(file, channel, pickle, LONGEST_PICKLE), storages);
    }

    private static void checkStart(Path file, FileChannel channel) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
        channel.read(start, 0);
        int first = start.getInt(0);
        if (first == 0x504b0304) {
            return;
        }
        if (first == 0x76657273) {
            throw IoErrors.gitLfs(file);
        }
        throw corrupt(
                file,
                first >>> 24 == 0x80
                        ? "in the form that PyTorch wrote before version 1.6, which is not read"
                        : "expected a PyTorch file, which is a zip, found something else (another format has to be converted)");
    }

    private static List<Range> ranges(Path file, FileChannel channel) throws IOException {
        // not closed: that would close the channel
        try {
            ZipFile zip = ZipFile.builder().setSeekableByteChannel(channel).get();
            List<Range> ranges = new ArrayList<>();
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (entry.getMethod() != ZipMethod.STORED.getCode()
                        || entry.getSize() != entry.getCompressedSize()) {
                    throw corrupt(
                            file,
                            IoErrors.shown(entry.getName())
                                    + " is compressed in its zip, which PyTorch never does");
                }
                ranges.add(new Range(entry.getName(), entry.getDataOffset(), entry.getSize()));
            }
            return ranges;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw corrupt(file, "its zip cannot be read: " + IoErrors.shown(e.getMessage()));
        }
    }

    private static void checkLayout(Path file, Map<String, Range> entries, long size) {
        List<Range> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(Range::offset).thenComparingLong(Range::bytes));
        long end = 0;
        @Nullable Range before = null;
        for (Range range : sorted) {
            if (range.offset() < 0 || range.bytes() < 0 || range.bytes() > size - range.offset()) {
                throw corrupt(file, "cut in " + IoErrors.shown(range.name()));
            }
            if (before != null && range.offset() < end) {
                throw corrupt(
                        file,
                        IoErrors.shown(range.name())
                                + " overlaps "
                                + IoErrors.shown(before.name()));
            }
            end = range.offset() + range.bytes();
            before = range;
        }
    }

    /** The folder in the zip that all lies in: the name of the file when it was saved. */
    private static String root(Path file, Map<String, Range> entries) {
        List<String> found =
                entries.keySet().stream()
                        .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                        .toList();
        if (found.size() != 1) {
            throw corrupt(file, "expected one " + PICKLE + " in its zip, found " + found.size());
        }
        return found.get(0).substring(0, found.get(0).length() - PICKLE.length());
    }

    private static ByteBuffer bytes(Path file, FileChannel channel, Range range, int most)
            throws IOException {
        if (range.bytes() > most) {
            throw corrupt(
                    file, range.name() + " has " + range.bytes() + " bytes, of at most " + most);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) range.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, range.offset() + bytes.position()) < 0) {
                throw corrupt(file, "became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    private static CluscaException corrupt(Path file, String problem) {
        return IoErrors.corrupt(file, problem + TorchGlobals.ADVICE);
    }
}
