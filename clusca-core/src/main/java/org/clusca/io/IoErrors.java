package org.clusca.io;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The errors of this package, in one line each. */
final class IoErrors {
    private IoErrors() {}

    private static final int SHOWN = 100;

    static CluscaException corrupt(Path file, String problem) {
        return new CluscaException(ErrorCode.CORRUPT_FILE, file + ": " + oneLine(problem));
    }

    /** What was found in a file, cut where it would fill the message. */
    static String shown(@Nullable Object found) {
        String text = String.valueOf(found);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    static CluscaException gitLfs(Path file) {
        return corrupt(
                file,
                "this is a pointer of Git LFS, not the file itself: run 'git lfs pull' in its"
                        + " repository or download the file.");
    }

    static CluscaException notFound(String message) {
        return new CluscaException(ErrorCode.NOT_FOUND, message);
    }

    /** For a file that opened but could not be read. */
    static CluscaException reading(Path file, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new CluscaException(
                    ErrorCode.NOT_FOUND, file + ": there is no such file.", cause);
        }
        return new CluscaException(
                code(cause), file + ": cannot be read: " + reason(cause) + ".", cause);
    }

    static CluscaException writing(Path file, IOException cause) {
        return new CluscaException(
                code(cause), file + ": cannot be written: " + reason(cause) + ".", cause);
    }

    /** An interrupt closes the channel that its thread reads or writes; the file is all right. */
    private static ErrorCode code(IOException cause) {
        if (cause.getCause() instanceof IOException inner) {
            return code(inner);
        }
        return cause instanceof ClosedByInterruptException ? ErrorCode.INTERRUPTED : ErrorCode.IO;
    }

    private static String reason(IOException cause) {
        // javax.imageio wraps what happened in "I/O error writing PNG file!".
        if (cause.getCause() instanceof IOException inner) {
            return reason(inner);
        }
        if (cause instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "a file of that name is in the way";
        }
        String reason = cause.getMessage();
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            reason = failure.getReason();
        }
        return reason == null ? cause.getClass().getSimpleName() : oneLine(reason);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
