package org.clusca.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Folders as a whole. */
public final class Folders {
    private Folders() {}

    /**
     * Refuses a temporary folder in which nothing can be written.
     *
     * @param what is to be put there, for the error
     * @throws CluscaException IO
     */
    public static void requireTemporary(String what) {
        requireWritable(Path.of(System.getProperty("java.io.tmpdir")), what);
    }

    static void requireWritable(Path folder, String what) {
        try {
            probe(folder);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO,
                    "The temporary folder "
                            + folder
                            + (Files.isDirectory(folder) ? " is not writable" : " does not exist")
                            + ", but "
                            + what
                            + " must be unpacked there. Name another one with"
                            + " -Djava.io.tmpdir=DIR.",
                    e);
        }
    }

    /**
     * Writes a file and deletes it: permissions alone do not tell, not of a read-only system, not
     * to root.
     */
    static void probe(Path folder) throws IOException {
        Files.delete(Files.createTempFile(folder, "clusca", null));
    }

    /** Deletes a folder with all that is in it; one that is not there is fine. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
