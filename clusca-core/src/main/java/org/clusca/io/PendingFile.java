package org.clusca.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.clusca.api.CluscaException;

/**
 * A file that is written piece by piece under another name beside its own, and gets its name only
 * when it is finished. Closing it unfinished leaves nothing.
 */
final class PendingFile implements AutoCloseable {
    private final Path file;
    private final Path target;
    private final Path temporary;
    private final FileChannel channel;

    private PendingFile(Path file, Path target, Path temporary, FileChannel channel) {
        this.file = file;
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /**
     * @throws CluscaException IO, saying what is in the way
     */
    static PendingFile open(Path file) {
        Path target = OutputFile.target(file);
        Path temporary = OutputFile.beside(target);
        try {
            // some formats read what they wrote, to complete their headers
            FileChannel channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            lock(channel);
            return new PendingFile(file, target, temporary, channel);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /** Until the channel is closed, by whatever ends it, so that others know it from a leftover. */
    static void lock(FileChannel channel) {
        try {
            channel.tryLock();
        } catch (IOException e) {
            // a file system without locks
        }
    }

    /** Whether somebody is writing the temporary file; else its writer was killed. */
    static boolean isBeingWritten(Path temporary) {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            // gone, or another user's: deleting it will tell
            return false;
        }
    }

    /** For libraries that hold on to it. */
    FileChannel channel() {
        return channel;
    }

    /**
     * Goes on where the channel was left.
     *
     * @throws CluscaException IO for whatever the content or the file system fails with
     */
    void write(OutputFile.Content content) {
        try {
            content.write(channel);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /**
     * Gives the file its name, replacing one of that name.
     *
     * @throws CluscaException IO; what was there before is untouched
     */
    void finish() {
        try {
            channel.close();
            OutputFile.move(temporary, target);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The error that led here, if any, says more than this one would.
        }
    }
}
