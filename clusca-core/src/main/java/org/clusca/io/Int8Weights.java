package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/**
 * Weights whose matrices are kept in 8 bits as well: rounded to nearest, symmetric, with a scale
 * for every 32 numbers of a row. They are made once, when first asked for, in a folder of their
 * own, and found again by where the original lies, its size and its time.
 */
public final class Int8Weights implements Weights {
    private static final int BLOCK = 32;
    private static final int ZERO = 128;
    private static final float LARGEST = 127;

    private final Weights original;
    private final Path folder;

    /**
     * @param folder where the 8-bit copies are kept
     */
    public Int8Weights(Weights original, Path folder) {
        this.original = original;
        this.folder = folder;
    }

    @Override
    public String origin() {
        return original.origin();
    }

    @Override
    public Set<String> names() {
        return original.names();
    }

    @Override
    public Set<Path> files() {
        return original.files();
    }

    @Override
    public long elements() {
        return original.elements();
    }

    @Override
    public Weight get(String name) {
        return original.get(name);
    }

    /** Matrices whose rows divide into blocks; empty for the others, which stay as they are. */
    @Override
    public Optional<QuantizedWeight> quantized(String name) {
        Weight weight = original.get(name);
        long[] shape = weight.shape();
        if (shape.length != 2 || shape[1] % BLOCK != 0) {
            return Optional.empty();
        }
        Path file = folder.resolve(key(weight) + ".int8");
        long size = shape[0] * shape[1];
        long scales = size / BLOCK * Float.BYTES;
        if (!isComplete(file, size + scales)) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw IoErrors.writing(file, e);
            }
            OutputFile.write(file, channel -> quantize(weight, channel));
            new CacheFolder(folder).trim(CacheFolder.MOST);
        } else {
            CacheFolder.touch(file);
        }
        return Optional.of(new QuantizedWeight(file, shape[0], shape[1], BLOCK, size));
    }

    private static boolean isComplete(Path file, long size) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == size;
        } catch (IOException e) {
            return false;
        }
    }

    private static String key(Weight weight) {
        try {
            Path file = weight.file().toRealPath();
            String text =
                    String.join(
                            "\n",
                            file.toString(),
                            Long.toString(Files.size(file)),
                            Files.getLastModifiedTime(file).toString(),
                            Long.toString(weight.offset()),
                            weight.dtype().toString(),
                            Arrays.toString(weight.shape()));
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, weight.file() + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static void quantize(Weight weight, WritableByteChannel out) throws IOException {
        int rows = Math.toIntExact(weight.shape()[0]);
        int columns = Math.toIntExact(weight.shape()[1]);
        ByteBuffer source =
                ByteBuffer.allocate(columns * weight.dtype().bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer bytes = ByteBuffer.allocate(columns);
        ByteBuffer scales =
                ByteBuffer.allocate(Math.toIntExact((long) rows * columns / BLOCK * Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        float[] row = new float[columns];
        try (FileChannel in = FileChannel.open(weight.file())) {
            for (int r = 0; r < rows; r++) {
                read(in, weight.offset() + (long) r * source.capacity(), source);
                widen(weight.dtype(), source, row);
                bytes.clear();
                for (int from = 0; from < columns; from += BLOCK) {
                    scales.putFloat(block(row, from, bytes));
                }
                OutputFile.writeFully(out, bytes.flip());
            }
        }
        OutputFile.writeFully(out, scales.flip());
    }

    private static void read(FileChannel in, long position, ByteBuffer target) throws IOException {
        target.clear();
        while (target.hasRemaining()) {
            if (in.read(target, position + target.position()) < 0) {
                throw new IOException("the file ends within a tensor");
            }
        }
        target.flip();
    }

    private static void widen(Weight.DType dtype, ByteBuffer source, float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = HalfPrecision.next(dtype, source);
        }
    }

    private static float block(float[] row, int from, ByteBuffer target) {
        float largest = 0;
        for (int i = from; i < from + BLOCK; i++) {
            largest = Math.max(largest, Math.abs(row[i]));
        }
        float scale = largest / LARGEST;
        for (int i = from; i < from + BLOCK; i++) {
            target.put((byte) (ZERO + (scale == 0 ? 0 : Math.round(row[i] / scale))));
        }
        return scale;
    }
}
