package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
    @TempDir Path folder;

    private Path weights(String name, int bytes, Duration age) throws IOException {
        Path file = Files.write(folder.resolve(name + ".int8"), new byte[bytes]);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
        return file;
    }

    @Test
    void theLongestUnusedWeightsGoFirst() throws IOException {
        Path old = weights("old", 100, Duration.ofDays(9));
        Path older = weights("older", 100, Duration.ofDays(10));
        Path recent = weights("recent", 100, Duration.ofMinutes(1));
        Path other = Files.write(folder.resolve("letter.txt"), new byte[1000]);
        CacheFolder cache = new CacheFolder(folder);

        assertThat(cache.entries())
                .extracting(CacheFolder.Entry::path)
                .containsExactly(older, old, recent);
        assertThat(cache.trim(300)).isZero();
        assertThat(cache.trim(250)).isEqualTo(100);
        assertThat(older).doesNotExist();
        assertThat(cache.trim(0)).isEqualTo(100);
        assertThat(recent).as("used within the hour").exists();
        assertThat(cache.clear().bytes()).isEqualTo(100);
        assertThat(other).exists();
    }

    /** Killed as they wrote; one may be writing still. */
    @Test
    void whatWritersLeftIsListedAndCleared() throws IOException {
        Path left = Files.write(OutputFile.beside(weights("new", 1, Duration.ZERO)), new byte[100]);
        Path fresh = Files.write(OutputFile.beside(left), new byte[10]);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        CacheFolder cache = new CacheFolder(folder);

        assertThat(cache.entries()).extracting(CacheFolder.Entry::path).contains(left, fresh);
        assertThat(cache.trim(1000)).isEqualTo(100);
        assertThat(left).doesNotExist();
        assertThat(fresh).exists();
        assertThat(cache.clear().bytes()).isEqualTo(11);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        weights("other", 10, Duration.ZERO);
        CacheFolder cache = new CacheFolder(folder);
        Path file = folder.resolve("new.int8");
        OutputFile.write(
                file,
                channel -> {
                    OutputFile.writeFully(channel, ByteBuffer.allocate(5));
                    CacheFolder.Cleared cleared = cache.clear();
                    assertThat(cleared.bytes()).isEqualTo(10);
                    assertThat(cleared.kept()).singleElement().matches(OutputFile::isPart);
                });
        assertThat(file).hasSize(5);
        assertThat(cache.clear().kept()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatDoesNotExistIsEmpty() {
        CacheFolder cache = new CacheFolder(folder.resolve("none"));
        assertThat(cache.entries()).isEmpty();
        assertThat(cache.clear().bytes()).isZero();
    }
}
