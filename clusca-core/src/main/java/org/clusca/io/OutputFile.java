package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * Writes files whole or not at all: into a temporary file in the same folder, then moved to its
 * name.
 */
public final class OutputFile {
    private static final String PART_BEGIN = ".clusca-";
    private static final String PART_END = ".part";

    private OutputFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void write(FileChannel channel) throws IOException;
    }

    /** Deletes what writers that were killed have left in a folder; what is being written stays. */
    public static void clear(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(OutputFile::isPart).forEach(OutputFile::clearPart);
        } catch (IOException | UncheckedIOException e) {
            // whoever writes there will hear of it
        }
    }

    private static void clearPart(Path part) {
        try {
            if (Files.isDirectory(part)) {
                PendingFolder.clear(part);
            } else if (!PendingFile.isBeingWritten(part)) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // another user's
        }
    }

    /**
     * Whether {@link #write} would find its way, to be asked before a long computation; clears what
     * was left there by others that did not.
     *
     * @throws CluscaException IO, saying what is in the way; an existing file stays as it is
     */
    public static void checkWritable(Path file) {
        Path target = target(file);
        clear(requireNonNull(target.getParent()));
        probe(file, beside(target));
        if (!Files.exists(target)) {
            // only the file system knows how long a name may be, and of which characters
            probe(file, target);
        }
    }

    private static void probe(Path file, Path probe) {
        try {
            Files.createFile(probe);
            Files.delete(probe);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /**
     * Writes {@code file}, replacing one of that name.
     *
     * @throws CluscaException IO; what was there before is untouched and nothing else is left
     */
    public static void write(Path file, Content content) {
        try (PendingFile pending = PendingFile.open(file)) {
            pending.write(content);
            pending.finish();
        }
    }

    static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The place to write to; a link to a file is followed, so that it stays one. */
    static Path target(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || Files.isDirectory(absolute)) {
            throw refused(file, "it is a folder");
        }
        if (!Files.exists(folder)) {
            throw refused(file, "the folder " + folder + " does not exist");
        }
        if (!Files.isDirectory(folder)) {
            throw refused(file, folder + " is not a folder");
        }
        if (!Files.isWritable(folder)) {
            throw refused(file, "the folder " + folder + " is not writable");
        }
        if (!Files.exists(absolute)) {
            return absolute;
        }
        if (!Files.isRegularFile(absolute)) {
            throw refused(file, "it is not a regular file");
        }
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    static CluscaException refused(Path file, String reason) {
        return new CluscaException(ErrorCode.IO, file + ": cannot be written: " + reason + ".");
    }

    static Path beside(Path target) {
        return target.resolveSibling(PART_BEGIN + UUID.randomUUID() + PART_END);
    }

    /** Whether it is the temporary file of a writer, which may have been killed. */
    static boolean isPart(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PART_BEGIN) && name.endsWith(PART_END);
    }

    static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
