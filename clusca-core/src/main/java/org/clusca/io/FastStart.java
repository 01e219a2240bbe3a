package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Puts the header of a finished MP4 file ahead of its media, so that it plays while it loads, and
 * takes the time of writing out of it, so that the same video is the same bytes (boxes of ISO/IEC
 * 14496-12).
 */
final class FastStart {
    private static final int CHUNK = 1 << 20;

    private FastStart() {}

    /**
     * @param file boxes without a gap, the first of which may be {@code ftyp}, the last is {@code
     *     moov}
     */
    static void rewrite(FileChannel file) throws IOException {
        long media = start(file);
        long header = media;
        while (!type(read(file, header, 8), 0).equals("moov")) {
            header += boxSize(file, header);
        }
        ByteBuffer moov = read(file, header, Math.toIntExact(file.size() - header));
        adapt(moov, 0, moov.limit(), moov.limit());
        for (long end = header; end > media; end -= Math.min(CHUNK, end - media)) {
            long from = Math.max(media, end - CHUNK);
            write(file, from + moov.limit(), read(file, from, (int) (end - from)));
        }
        write(file, media, moov);
    }

    /** Where the first box ends. */
    private static long start(FileChannel file) throws IOException {
        return type(read(file, 0, 8), 0).equals("ftyp") ? boxSize(file, 0) : 0;
    }

    private static long boxSize(FileChannel file, long position) throws IOException {
        long size = Integer.toUnsignedLong(read(file, position, 4).getInt());
        return size == 1 ? read(file, position + 8, 8).getLong() : size;
    }

    /**
     * @param moved bytes by which the media moves towards the end
     */
    private static void adapt(ByteBuffer bytes, int from, int to, long moved) {
        for (int box = from; box < to; box += bytes.getInt(box)) {
            // type, then version and flags, where there are any
            int content = box + 8;
            switch (type(bytes, box)) {
                case "moov", "trak", "mdia", "minf", "stbl" ->
                        adapt(bytes, content, box + bytes.getInt(box), moved);
                case "mvhd", "tkhd", "mdhd" -> {
                    int dates = bytes.get(content) == 1 ? 16 : 8;
                    bytes.put(content + 4, new byte[dates]);
                }
                case "co64" -> {
                    for (int i = 0; i < bytes.getInt(content + 4); i++) {
                        int at = content + 8 + 8 * i;
                        bytes.putLong(at, bytes.getLong(at) + moved);
                    }
                }
                default -> {}
            }
        }
    }

    private static String type(ByteBuffer bytes, int box) {
        byte[] type = new byte[4];
        bytes.get(box + 4, type);
        return new String(type, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer read(FileChannel file, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the video ends within a box");
            }
        }
        return bytes.flip();
    }

    private static void write(FileChannel file, long position, ByteBuffer bytes)
            throws IOException {
        file.position(position);
        OutputFile.writeFully(file, bytes);
    }
}
