package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.io.SafetensorsFile.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The checked header of a safetensors file: 8 bytes little-endian length, then that many bytes of
 * JSON, then the data without gaps. Every departure from the format is an error that names file,
 * tensor, what was expected and what was found.
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    /** The limit of the reference implementation. */
    private static final long LARGEST = 100_000_000;

    /** The bytes {@code "version "} that a pointer of Git LFS starts with. */
    private static final long GIT_LFS = 0x206e6f6973726576L;

    private static final String METADATA = "__metadata__";

    private static final Map<String, Integer> BITS =
            Map.ofEntries(
                    Map.entry("BOOL", 8),
                    Map.entry("U8", 8),
                    Map.entry("I8", 8),
                    Map.entry("F8_E5M2", 8),
                    Map.entry("F8_E4M3", 8),
                    Map.entry("F8_E8M0", 8),
                    Map.entry("F8_E4M3FNUZ", 8),
                    Map.entry("F8_E5M2FNUZ", 8),
                    Map.entry("F4", 4),
                    Map.entry("F6_E2M3", 6),
                    Map.entry("F6_E3M2", 6),
                    Map.entry("I16", 16),
                    Map.entry("U16", 16),
                    Map.entry("F16", 16),
                    Map.entry("BF16", 16),
                    Map.entry("I32", 32),
                    Map.entry("U32", 32),
                    Map.entry("F32", 32),
                    Map.entry("C64", 64),
                    Map.entry("F64", 64),
                    Map.entry("I64", 64),
                    Map.entry("U64", 64));

    static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw IoErrors.corrupt(
                    file,
                    "a safetensors file starts with 8 bytes of header length, found a file of "
                            + size
                            + " bytes.");
        }
        long length = bytes(file, channel, 0, 8).getLong();
        if (length == GIT_LFS) {
            throw IoErrors.gitLfs(file);
        }
        if (length <= 0 || length > LARGEST) {
            throw IoErrors.corrupt(
                    file,
                    "the length of the header must be 1 to "
                            + LARGEST
                            + " bytes, found "
                            + Long.toUnsignedString(length)
                            + ": not a safetensors file.");
        }
        if (8 + length > size) {
            throw IoErrors.corrupt(
                    file,
                    "truncated in its header: expected at least "
                            + (8 + length)
                            + " bytes, found "
                            + size
                            + ".");
        }
        ByteBuffer text = bytes(file, channel, 8, (int) length);
        if (text.get(0) != '{') {
            throw IoErrors.corrupt(
                    file, "the header must be a JSON object and start with '{': it does not.");
        }
        Map<String, @Nullable Object> json = Json.parse(file, text, "the header");
        Map<String, String> metadata = metadata(file, json.remove(METADATA));
        List<Entry> entries = new ArrayList<>();
        json.forEach((name, value) -> entries.add(entry(file, name, value, 8 + length)));
        entries.sort(
                Comparator.comparingLong(Entry::offset)
                        .thenComparingLong(Entry::bytes)
                        .thenComparing(Entry::name));
        checkLayout(file, entries, 8 + length, size);
        Map<String, Entry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        return new SafetensorsHeader(byName, metadata);
    }

    private static ByteBuffer bytes(Path file, FileChannel channel, long position, int count)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw IoErrors.corrupt(file, "became shorter while it was read.");
            }
        }
        return bytes.flip();
    }

    private static Map<String, String> metadata(Path file, @Nullable Object value) {
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, @Nullable Object> object = value == null ? Map.of() : Json.object(value);
        if (object == null) {
            throw IoErrors.corrupt(
                    file, METADATA + " must be an object, found " + IoErrors.shown(value) + ".");
        }
        object.forEach(
                (key, item) -> {
                    if (!(item instanceof String text)) {
                        throw IoErrors.corrupt(
                                file,
                                METADATA
                                        + "."
                                        + key
                                        + " must be a string, found "
                                        + IoErrors.shown(item)
                                        + ".");
                    }
                    metadata.put(key, text);
                });
        return metadata;
    }

    private static Entry entry(Path file, String name, @Nullable Object value, long dataStart) {
        Map<String, @Nullable Object> object = Json.object(value);
        if (object == null) {
            throw corrupt(file, name, "must be a JSON object, found " + IoErrors.shown(value));
        }
        if (!(object.get("dtype") instanceof String dtype)) {
            throw corrupt(
                    file,
                    name,
                    "dtype must be a string, found " + IoErrors.shown(object.get("dtype")));
        }
        long[] shape = wholes(file, name, "shape", object.get("shape"));
        long[] offsets = wholes(file, name, "data_offsets", object.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw corrupt(
                    file,
                    name,
                    "data_offsets must be a begin and an end not before it, found "
                            + IoErrors.shown(Arrays.toString(offsets)));
        }
        // the format gains types; one that nothing reads here is not worth refusing a file for
        Integer bits = BITS.get(dtype);
        long expected = bits == null ? offsets[1] - offsets[0] : byteCount(file, name, shape, bits);
        if (offsets[1] - offsets[0] != expected) {
            throw corrupt(
                    file,
                    name,
                    "shape "
                            + IoErrors.shown(Arrays.toString(shape))
                            + " of "
                            + dtype
                            + " takes "
                            + expected
                            + " bytes, found "
                            + (offsets[1] - offsets[0]));
        }
        if (offsets[1] > Long.MAX_VALUE - dataStart) {
            throw corrupt(file, name, "data_offsets end beyond any file: " + offsets[1]);
        }
        return new Entry(name, dtype, shape, dataStart + offsets[0], expected);
    }

    /** A list of whole numbers, none negative. */
    private static long[] wholes(Path file, String name, String key, @Nullable Object value) {
        if (!(value instanceof List<?> list)
                || !list.stream()
                        .allMatch(
                                item ->
                                        (item instanceof Integer || item instanceof Long)
                                                && ((Number) item).longValue() >= 0)) {
            throw corrupt(
                    file,
                    name,
                    key
                            + " must be a list of whole numbers of at least 0, found "
                            + IoErrors.shown(value));
        }
        return list.stream().mapToLong(item -> ((Number) item).longValue()).toArray();
    }

    private static long byteCount(Path file, String name, long[] shape, int bits) {
        long product = bits;
        try {
            for (long dimension : shape) {
                product = Math.multiplyExact(product, dimension);
            }
        } catch (ArithmeticException e) {
            throw corrupt(
                    file,
                    name,
                    "shape " + IoErrors.shown(Arrays.toString(shape)) + " is larger than any file");
        }
        if (product % 8 != 0) {
            throw corrupt(
                    file,
                    name,
                    "shape "
                            + IoErrors.shown(Arrays.toString(shape))
                            + " does not fill whole bytes");
        }
        return product / 8;
    }

    /** The tensors must follow each other without overlap or gap and end where the file ends. */
    private static void checkLayout(Path file, List<Entry> entries, long dataStart, long size) {
        long end = dataStart;
        String previous = "the header";
        for (Entry entry : entries) {
            if (entry.offset() != end) {
                throw corrupt(
                        file,
                        entry.name(),
                        (entry.offset() < end ? "overlaps " : "leaves a gap after ")
                                + previous
                                + ": expected to begin at byte "
                                + end
                                + " of the file, found "
                                + entry.offset());
            }
            end += entry.bytes();
            previous = "tensor " + entry.name();
        }
        if (end > size) {
            long found = size;
            String cut =
                    entries.stream()
                            .filter(entry -> entry.offset() + entry.bytes() > found)
                            .map(Entry::name)
                            .findFirst()
                            .orElseThrow();
            throw IoErrors.corrupt(
                    file,
                    "truncated in tensor "
                            + cut
                            + ": expected a file of "
                            + end
                            + " bytes, found "
                            + size
                            + ".");
        }
        if (end < size) {
            throw IoErrors.corrupt(
                    file,
                    "bytes follow the last tensor: expected a file of "
                            + end
                            + " bytes, found "
                            + size
                            + ".");
        }
    }

    private static CluscaException corrupt(Path file, String name, String problem) {
        return IoErrors.corrupt(file, "tensor " + IoErrors.shown(name) + ": " + problem + ".");
    }
}
