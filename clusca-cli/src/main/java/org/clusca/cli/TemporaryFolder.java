package org.clusca.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.io.Folders;

/** A folder that is gone when it is closed, or when the process is stopped. */
final class TemporaryFolder implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final Console console;
    private final Path path;
    private final Runnable cleanup = this::delete;

    TemporaryFolder(Console console) {
        this.console = console;
        try {
            path = Files.createTempDirectory("clusca-");
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO,
                    "No temporary folder can be made: "
                            + e.getMessage()
                            + ". Name a place with CLUSCA_JAVA_OPTS=-Djava.io.tmpdir=DIR.",
                    e);
        }
        Interruption.remember(cleanup);
    }

    Path path() {
        return path;
    }

    private void delete() {
        // a thread that still writes may put a file into a folder that is being emptied
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(path); attempt++) {
            try {
                Folders.delete(path);
            } catch (IOException e) {
                if (attempt == ATTEMPTS - 1) {
                    console.warn(path + " could not be deleted: " + e.getMessage());
                }
            }
        }
    }

    @Override
    public void close() {
        delete();
        Interruption.forget(cleanup);
    }
}
