package org.clusca.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;

/** As {@link PendingFile}, for a folder of files. */
final class PendingFolder implements AutoCloseable {
    /** Locked as long as the folder is being written, so that others know it from a leftover. */
    private static final String LOCK = ".clusca-writing";

    private final Path folder;
    private final Path temporary;
    private final FileChannel lock;

    private PendingFolder(Path folder, Path temporary, FileChannel lock) {
        this.folder = folder;
        this.temporary = temporary;
        this.lock = lock;
    }

    /**
     * @throws CluscaException IO when there is something of that name that is not an empty folder,
     *     or no folder can be made
     */
    static PendingFolder open(Path folder) {
        check(folder);
        Path temporary = OutputFile.beside(folder.toAbsolutePath());
        try {
            Files.createDirectory(temporary);
            FileChannel lock =
                    FileChannel.open(
                            temporary.resolve(LOCK),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE);
            PendingFile.lock(lock);
            return new PendingFolder(folder, temporary, lock);
        } catch (IOException e) {
            throw IoErrors.writing(folder, e);
        }
    }

    /** Deletes one whose writer was killed. */
    static void clear(Path temporary) throws IOException {
        Path lock = temporary.resolve(LOCK);
        if (!Files.exists(lock) || !PendingFile.isBeingWritten(lock)) {
            delete(temporary);
        }
    }

    static void check(Path folder) {
        if (!Files.isDirectory(folder)) {
            if (Files.exists(folder)) {
                throw OutputFile.refused(folder, "it is a file, not a folder");
            }
            OutputFile.checkWritable(folder);
            return;
        }
        if (!list(folder).isEmpty()) {
            throw OutputFile.refused(folder, "the folder is not empty");
        }
    }

    /** Where to put the files until then. */
    Path path() {
        return temporary;
    }

    void finish() {
        try {
            lock.close();
            Files.delete(temporary.resolve(LOCK));
            Files.deleteIfExists(folder);
            Files.move(temporary, folder.toAbsolutePath());
        } catch (IOException e) {
            throw IoErrors.writing(folder, e);
        }
    }

    @Override
    public void close() {
        if (!Files.isDirectory(temporary)) {
            return;
        }
        try {
            lock.close();
            delete(temporary);
        } catch (IOException e) {
            // The error that led here, if any, says more than this one would.
        }
    }

    private static void delete(Path temporary) throws IOException {
        for (Path file : list(temporary)) {
            Files.delete(file);
        }
        Files.delete(temporary);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }
}
