package org.clusca.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes safetensors files byte by byte, right or wrong. */
final class RawSafetensors {
    private RawSafetensors() {}

    /** A header as given, its length, and data. */
    static Path write(Path file, String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return write(file, json.length, json, data);
    }

    static Path write(Path file, long headerLength, byte[] header, byte[] data) {
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + header.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(headerLength)
                        .put(header)
                        .put(data);
        try {
            return Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One tensor {@code t} of the header, of which the keys are given. */
    static String tensor(String dtype, String shape, String offsets) {
        return "{\"t\":" + info(dtype, shape, offsets) + "}";
    }

    static String info(String dtype, String shape, String offsets) {
        return "{\"dtype\":\""
                + dtype
                + "\",\"shape\":"
                + shape
                + ",\"data_offsets\":"
                + offsets
                + "}";
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
