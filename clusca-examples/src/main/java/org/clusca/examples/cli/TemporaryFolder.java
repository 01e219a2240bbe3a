package org.clusca.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.examples.Folders;

/** A folder that is gone when it is closed, or when the process is stopped. */
final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final Thread hook = new Thread(this::delete, "clusca-temporary-folder");

    TemporaryFolder() {
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
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path path() {
        return path;
    }

    private void delete() {
        try {
            Folders.delete(path);
        } catch (IOException e) {
            System.err.println("clusca: warning: " + path + " could not be deleted; delete it.");
        }
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is being stopped, and the hook at work
        }
    }
}
