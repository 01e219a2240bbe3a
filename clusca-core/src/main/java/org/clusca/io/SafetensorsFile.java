package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;
import org.clusca.api.Tensor;
import org.clusca.api.model.Weight;

/**
 * A safetensors file whose header has been read and checked; tensors are read when asked for, so it
 * holds no resource. See <a href="https://github.com/huggingface/safetensors">the format</a>.
 */
public final class SafetensorsFile implements TensorFile {
    private static final int CHUNK = 1 << 20;

    private final Path path;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, SafetensorsHeader header) {
        this.path = path;
        this.header = header;
    }

    /**
     * Where one tensor lies.
     *
     * @param dtype as the file spells it, e.g. {@code F32}
     * @param offset in bytes from the start of the file
     */
    public record Entry(String name, String dtype, long[] shape, long offset, long bytes) {}

    /**
     * Reads the header.
     *
     * @throws CluscaException NOT_FOUND; CORRUPT_FILE for any departure from the format
     */
    public static SafetensorsFile open(Path path) {
        TensorFile.requireFile(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SafetensorsFile(path, SafetensorsHeader.read(path, channel));
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** By name, in the order in which they lie in the file. */
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(header.entries());
    }

    /** The strings under {@code __metadata__}. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    @Override
    public boolean has(String name) {
        return header.entries().containsKey(name);
    }

    @Override
    public long elements(String name) {
        return Arrays.stream(entry(name).shape()).reduce(1, (a, b) -> a * b);
    }

    @Override
    public Weight weight(String name) {
        Entry entry = entry(name);
        return new Weight(
                name,
                TensorFile.dtype(path, name, entry.dtype()),
                entry.shape(),
                TensorFile.realPath(path),
                entry.offset(),
                Float8Scale.of(this, entry));
    }

    /** The shape of a tensor; {@code []} for a scalar. */
    public int[] shape(String name) {
        long[] shape = entry(name).shape();
        int[] narrow = new int[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] > Integer.MAX_VALUE) {
                throw new CluscaException(
                        ErrorCode.OUT_OF_MEMORY,
                        where(name) + "shape " + Arrays.toString(shape) + " is too large to read.");
            }
            narrow[axis] = (int) shape[axis];
        }
        return narrow;
    }

    /** The values as float32, of a tensor of dtype F32, F16, BF16 or F64 (rounded). */
    public Tensor tensor(String name) {
        Entry entry = entry(name, "F32", "F16", "BF16", "F64");
        Tensor tensor = Tensor.zeros(shape(name));
        FloatBuffer data = tensor.data();
        switch (entry.dtype()) {
            case "F32" -> read(entry, chunk -> data.put(chunk.asFloatBuffer()));
            case "F16" ->
                    each(entry, 2, chunk -> data.put(HalfPrecision.float16(chunk.getShort())));
            case "BF16" ->
                    each(entry, 2, chunk -> data.put(HalfPrecision.bfloat16(chunk.getShort())));
            default -> each(entry, 8, chunk -> data.put((float) chunk.getDouble()));
        }
        return tensor;
    }

    /** The values of a tensor of dtype I64, I32 or U8. */
    public long[] longs(String name) {
        Entry entry = entry(name, "I64", "I32", "U8");
        long[] values = new long[count(entry)];
        int[] next = {0};
        switch (entry.dtype()) {
            case "I64" -> each(entry, 8, chunk -> values[next[0]++] = chunk.getLong());
            case "I32" -> each(entry, 4, chunk -> values[next[0]++] = chunk.getInt());
            default ->
                    each(entry, 1, chunk -> values[next[0]++] = Byte.toUnsignedLong(chunk.get()));
        }
        return values;
    }

    /** The values of a tensor of dtype F64. */
    public double[] doubles(String name) {
        Entry entry = entry(name, "F64");
        double[] values = new double[count(entry)];
        int[] next = {0};
        each(entry, 8, chunk -> values[next[0]++] = chunk.getDouble());
        return values;
    }

    private Entry entry(String name, String... dtypes) {
        Entry entry = header.entries().get(name);
        if (entry == null) {
            List<String> near = Names.near(name, header.entries().keySet());
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    path
                            + ": no tensor '"
                            + name
                            + "' among "
                            + header.entries().size()
                            + "."
                            + (near.isEmpty() ? "" : " Near: " + String.join(", ", near) + "."));
        }
        if (dtypes.length > 0 && !List.of(dtypes).contains(entry.dtype())) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    where(name)
                            + "expected dtype "
                            + String.join(" or ", dtypes)
                            + ", found "
                            + entry.dtype()
                            + ".");
        }
        return entry;
    }

    private int count(Entry entry) {
        long count = Tensor.count(shape(entry.name()));
        if (count > Integer.MAX_VALUE - 8) {
            throw new CluscaException(
                    ErrorCode.OUT_OF_MEMORY,
                    where(entry.name()) + count + " values are too many for one array.");
        }
        return (int) count;
    }

    private String where(String name) {
        return path + ": tensor " + name + ": ";
    }

    private void each(Entry entry, int bytes, Consumer<ByteBuffer> one) {
        read(
                entry,
                chunk -> {
                    while (chunk.remaining() >= bytes) {
                        one.accept(chunk);
                    }
                });
    }

    /** Hands the bytes of a tensor over in pieces, each of whole values. */
    private void read(Entry entry, Consumer<ByteBuffer> consumer) {
        ByteBuffer chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK, entry.bytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long position = entry.offset();
            long end = entry.offset() + entry.bytes();
            while (position < end) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), end - position));
                while (chunk.hasRemaining()) {
                    int count = channel.read(chunk, position);
                    if (count < 0) {
                        throw IoErrors.corrupt(
                                path,
                                "became shorter after it was opened: tensor "
                                        + entry.name()
                                        + " is cut.");
                    }
                    position += count;
                }
                consumer.accept(chunk.flip());
            }
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }
}
