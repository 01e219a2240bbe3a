package org.clusca.io;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * An animated PNG (PNG specification, third edition, 2025, section 11.3.3): whole frames, shown one
 * after the other without end; readers that know nothing of it show the first one.
 */
final class ApngWriter extends VideoWriter {
    private static final int SIGNATURE = 8;
    private static final int FRAME_CONTROL = 26;

    private final Path path;
    private final Map<String, String> text;
    private final PendingFile file;
    private long controlAt;
    private int frames;
    private int sequence;

    ApngWriter(Path path, VideoFormat format, Map<String, String> text) {
        super(format);
        this.path = path;
        this.text = new LinkedHashMap<>(text);
        file = PendingFile.open(path);
    }

    @Override
    void write(int index, BufferedImage picture) {
        ByteBuffer png =
                ByteBuffer.wrap(PngWriter.encode(path, picture, index == 0 ? text : Map.of()));
        file.write(channel -> copy(channel, png, index == 0));
        frames++;
    }

    /** Takes over the chunks of a PNG file; of all but the first one only the picture's data. */
    private void copy(FileChannel channel, ByteBuffer png, boolean first) throws IOException {
        if (first) {
            OutputFile.writeFully(channel, png.slice(0, SIGNATURE));
        }
        png.position(SIGNATURE);
        boolean started = false;
        while (png.hasRemaining()) {
            int length = png.getInt();
            byte[] name = new byte[4];
            png.get(name);
            String type = new String(name, StandardCharsets.US_ASCII);
            ByteBuffer data = png.slice(png.position(), length);
            png.position(png.position() + length + 4);
            if (type.equals("IDAT")) {
                if (!started) {
                    chunk(channel, "fcTL", frameControl());
                    started = true;
                }
                imageData(channel, data, first);
            } else if (first && !type.equals("IEND")) {
                chunk(channel, type, data);
                if (type.equals("IHDR")) {
                    controlAt = channel.position();
                    chunk(channel, "acTL", animationControl());
                }
            }
        }
    }

    private void imageData(FileChannel channel, ByteBuffer data, boolean first) throws IOException {
        if (first) {
            chunk(channel, "IDAT", data);
            return;
        }
        ByteBuffer numbered = ByteBuffer.allocate(4 + data.remaining());
        chunk(channel, "fdAT", numbered.putInt(sequence++).put(data).flip());
    }

    private ByteBuffer animationControl() {
        return ByteBuffer.allocate(8).putInt(frames).putInt(0).flip();
    }

    /** A whole frame that replaces the one before. */
    private ByteBuffer frameControl() {
        return ByteBuffer.allocate(FRAME_CONTROL)
                .putInt(sequence++)
                .putInt(format().width())
                .putInt(format().height())
                .putInt(0)
                .putInt(0)
                .putShort((short) 1)
                .putShort((short) format().framesPerSecond())
                .put((byte) 0)
                .put((byte) 0)
                .flip();
    }

    private static void chunk(FileChannel channel, String type, ByteBuffer data)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(12 + data.remaining());
        bytes.putInt(data.remaining());
        bytes.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(bytes.slice(4, bytes.position() - 4));
        bytes.putInt((int) crc.getValue());
        OutputFile.writeFully(channel, bytes.flip());
    }

    @Override
    void complete() {
        file.write(
                channel -> {
                    chunk(channel, "IEND", ByteBuffer.allocate(0));
                    channel.position(controlAt);
                    chunk(channel, "acTL", animationControl());
                });
        file.finish();
    }

    @Override
    public void close() {
        file.close();
    }
}
