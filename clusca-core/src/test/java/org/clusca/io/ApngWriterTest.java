package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApngWriterTest {
    private static final int SIGNATURE = 8;

    @TempDir Path folder;

    private record Chunk(String type, ByteBuffer data) {}

    /** All chunks; their checksums must hold. */
    private static List<Chunk> chunks(byte[] bytes) {
        List<Chunk> chunks = new ArrayList<>();
        ByteBuffer file = ByteBuffer.wrap(bytes).position(SIGNATURE);
        while (file.hasRemaining()) {
            int length = file.getInt();
            CRC32 crc = new CRC32();
            crc.update(bytes, file.position(), length + 4);
            byte[] type = new byte[4];
            file.get(type);
            ByteBuffer data = file.slice(file.position(), length);
            file.position(file.position() + length);
            assertThat(file.getInt()).isEqualTo((int) crc.getValue());
            chunks.add(new Chunk(new String(type, StandardCharsets.US_ASCII), data));
        }
        return chunks;
    }

    private Path write(List<BufferedImage> frames, Map<String, String> text) {
        Path file = folder.resolve("out.png");
        BufferedImage first = frames.get(0);
        VideoFormat format = new VideoFormat(first.getWidth(), first.getHeight(), 24);
        try (VideoWriter video = VideoFiles.open(file, format, text)) {
            frames.forEach(video::picture);
            video.finish();
        }
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
        return file;
    }

    @Test
    void aReaderOfPicturesSeesTheFirstFrameAndTheText() {
        List<BufferedImage> frames = Videos.moving(3, 21, 13);
        Map<String, String> text = Map.of("policy", "fora:interval=3", "prompt", "größer");

        Path file = write(frames, text);

        assertThat(Pictures.pixels(PngReader.picture(file)).toArray())
                .isEqualTo(Pictures.pixels(frames.get(0)).toArray());
        assertThat(PngReader.metadata(file)).isEqualTo(text);
    }

    @Test
    void framesAreNumberedAndTimed() throws IOException {
        List<Chunk> chunks = chunks(Files.readAllBytes(write(Videos.moving(4, 21, 13), Map.of())));

        assertThat(chunks.get(0).type()).isEqualTo("IHDR");
        assertThat(chunks.get(1).type()).isEqualTo("acTL");
        assertThat(chunks.get(1).data())
                .isEqualTo(ByteBuffer.allocate(8).putInt(4).putInt(0).flip());
        assertThat(chunks.get(chunks.size() - 1).type()).isEqualTo("IEND");
        List<Chunk> controls = chunks.stream().filter(c -> c.type().equals("fcTL")).toList();
        assertThat(controls).hasSize(4);
        int sequence = 0;
        for (Chunk chunk : chunks) {
            if (chunk.type().equals("fcTL") || chunk.type().equals("fdAT")) {
                assertThat(chunk.data().getInt(0)).isEqualTo(sequence++);
            }
            if (chunk.type().equals("fcTL")) {
                assertThat(chunk.data().getInt(4)).isEqualTo(21);
                assertThat(chunk.data().getInt(8)).isEqualTo(13);
                assertThat(chunk.data().getShort(20)).isEqualTo((short) 1);
                assertThat(chunk.data().getShort(22)).isEqualTo((short) 24);
            }
        }
    }

    /** Each frame's data, put into a file of its own, is that frame. */
    @Test
    void everyFrameIsAWholePicture() throws IOException {
        List<BufferedImage> frames = Videos.moving(4, 21, 13);
        byte[] bytes = Files.readAllBytes(write(frames, Map.of()));
        List<Chunk> chunks = chunks(bytes);
        int frame = -1;
        List<ByteArrayOutputStream> data = new ArrayList<>();
        for (Chunk chunk : chunks) {
            switch (chunk.type()) {
                case "fcTL" -> {
                    frame++;
                    data.add(new ByteArrayOutputStream());
                }
                case "IDAT" -> data.get(frame).write(rest(chunk.data(), 0));
                case "fdAT" -> data.get(frame).write(rest(chunk.data(), 4));
                default -> {}
            }
        }

        assertThat(data).hasSameSizeAs(frames);
        for (int i = 0; i < data.size(); i++) {
            Path single = folder.resolve("frame.png");
            Files.write(single, png(bytes, chunks.get(0), data.get(i).toByteArray()));
            assertThat(Pictures.pixels(PngReader.picture(single)).toArray())
                    .isEqualTo(Pictures.pixels(frames.get(i)).toArray());
        }
    }

    private static byte[] rest(ByteBuffer data, int from) {
        byte[] rest = new byte[data.capacity() - from];
        data.get(from, rest);
        return rest;
    }

    private static byte[] png(byte[] file, Chunk header, byte[] data) {
        ByteBuffer png = ByteBuffer.allocate(100 + data.length);
        png.put(file, 0, SIGNATURE);
        put(png, "IHDR", rest(header.data(), 0));
        put(png, "IDAT", data);
        put(png, "IEND", new byte[0]);
        return rest(png.slice(0, png.position()), 0);
    }

    private static void put(ByteBuffer png, String type, byte[] data) {
        png.putInt(data.length);
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.US_ASCII));
        crc.update(data);
        png.put(type.getBytes(StandardCharsets.US_ASCII)).put(data).putInt((int) crc.getValue());
    }
}
