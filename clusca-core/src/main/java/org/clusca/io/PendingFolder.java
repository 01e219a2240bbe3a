package org.clusca.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;

/** As {@link PendingFile}, for a folder of files. */
final class PendingFolder implements AutoCloseable {
    private final Path folder;
    private final Path temporary;

    private PendingFolder(Path folder, Path temporary) {
        this.folder = folder;
        this.temporary = temporary;
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
        } catch (IOException e) {
            throw IoErrors.writing(folder, e);
        }
        return new PendingFolder(folder, temporary);
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
            for (Path file : list(temporary)) {
                Files.delete(file);
            }
            Files.delete(temporary);
        } catch (IOException e) {
            // The error that led here, if any, says more than this one would.
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }
}
