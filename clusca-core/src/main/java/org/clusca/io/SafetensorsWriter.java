package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Tensor;

/**
 * Writes float32 tensors as a safetensors file, whole or not at all. The data start at a multiple
 * of 64 bytes.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 64;
    private static final int CHUNK = 1 << 20;

    private SafetensorsWriter() {}

    /**
     * @param tensors by name, in the order in which they will lie in the file
     * @throws org.clusca.api.CluscaException IO; nothing is left behind then
     */
    public static void write(Path file, Map<String, Tensor> tensors) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        write(file, shapes, tensors::get);
    }

    /**
     * Writes tensors that need not be in memory at the same time.
     *
     * @param shapes by name, in the order in which the tensors will lie in the file
     * @param source asked for every tensor once, in that order; what it throws is passed on
     * @throws IllegalArgumentException when {@code source} gives a tensor of another shape
     * @throws org.clusca.api.CluscaException IO; nothing is left behind then
     */
    public static void write(
            Path file, Map<String, int[]> shapes, Function<String, Tensor> source) {
        OutputFile.write(
                file,
                channel -> {
                    OutputFile.writeFully(channel, header(shapes));
                    ByteBuffer chunk =
                            ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
                    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
                        Tensor tensor = source.apply(entry.getKey());
                        if (!Arrays.equals(tensor.shape(), entry.getValue())) {
                            throw new IllegalArgumentException(
                                    "Tensor "
                                            + entry.getKey()
                                            + ": expected shape "
                                            + Arrays.toString(entry.getValue())
                                            + ", found "
                                            + Arrays.toString(tensor.shape()));
                        }
                        write(channel, tensor.data(), chunk);
                    }
                });
    }

    /** The length of the header and the header, padded with spaces. */
    private static ByteBuffer header(Map<String, int[]> shapes) {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
            long end = offset + 4 * Tensor.count(entry.getValue());
            // in an order of their own: the same tensors are the same bytes
            Map<String, Object> tensor = new LinkedHashMap<>();
            tensor.put("dtype", "F32");
            tensor.put("shape", entry.getValue());
            tensor.put("data_offsets", List.of(offset, end));
            header.put(entry.getKey(), tensor);
            offset = end;
        }
        byte[] json = Json.compact(header).getBytes(StandardCharsets.UTF_8);
        int padded = (8 + json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded - 8).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.flip();
    }

    private static void write(FileChannel channel, FloatBuffer values, ByteBuffer chunk)
            throws IOException {
        while (values.hasRemaining()) {
            int count = Math.min(values.remaining(), CHUNK / 4);
            chunk.clear().limit(4 * count);
            chunk.asFloatBuffer().put(values.slice(values.position(), count));
            values.position(values.position() + count);
            OutputFile.writeFully(channel, chunk);
        }
    }
}
