package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.clusca.api.CluscaException;

/**
 * Tells models apart without reading them whole: half a SHA-256, over what is read of every file of
 * weights, which is its size, its header, 64 pieces of 4 KiB spread evenly over its data, and the
 * {@code config.json} that lies beside it, if there is one.
 *
 * <p>So training of any length changes it, names of folders and files do not. It says nothing of
 * tokenizers, and a change that happens to lie between the pieces goes unnoticed: it guards against
 * mistakes, not against forgery.
 */
public final class Fingerprint {
    private static final int PIECES = 64;
    private static final int PIECE = 4096;

    private Fingerprint() {}

    /**
     * The fingerprint of a model's files, 32 hexadecimal digits.
     *
     * @throws CluscaException NOT_FOUND or IO naming the file that cannot be read
     */
    public static String of(Collection<Path> files) {
        List<String> sorted = files.stream().map(Fingerprint::ofFile).sorted().toList();
        MessageDigest digest = sha256();
        sorted.forEach(one -> digest.update(HexFormat.of().parseHex(one)));
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static String ofFile(Path file) {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
            long data = headerEnd(file, channel);
            update(digest, channel, 0, data);
            for (int i = 0; i < PIECES; i++) {
                long from = data + (size - data) * i / PIECES;
                update(digest, channel, from, Math.min(from + PIECE, size));
            }
            Path config = file.resolveSibling("config.json");
            if (Files.isRegularFile(config)) {
                digest.update(Files.readAllBytes(config));
            }
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Only safetensors say where it ends; the pieces of others are spread over all of the file. */
    private static long headerEnd(Path file, FileChannel channel) throws IOException {
        if (!file.toString().endsWith(".safetensors")) {
            return 0;
        }
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        read(channel, 0, length);
        return Long.BYTES + length.getLong();
    }

    private static void update(MessageDigest digest, FileChannel channel, long from, long to)
            throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(Math.toIntExact(to - from));
        read(channel, from, piece);
        digest.update(piece);
    }

    private static void read(FileChannel channel, long from, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target, from + target.position()) < 0) {
                throw new IOException("the file has become shorter");
            }
        }
        target.flip();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
