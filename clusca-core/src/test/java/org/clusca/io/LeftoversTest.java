package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers that were killed have left. */
final class LeftoversTest {
    @TempDir private Path folder;

    private long parts() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(OutputFile::isPart).count();
        }
    }

    @Test
    void goWhenTheNextOneWrites() throws IOException {
        Files.writeString(folder.resolve(".clusca-1.part"), "half");
        Path frames = Files.createDirectory(folder.resolve(".clusca-2.part"));
        Files.writeString(frames.resolve("frame-1.png"), "half");
        Files.writeString(frames.resolve(".clusca-writing"), "");
        Files.writeString(folder.resolve("mine.part"), "another's");

        OutputFile.checkWritable(folder.resolve("picture.png"));

        assertThat(parts()).isZero();
        assertThat(folder.resolve("mine.part")).exists();
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        try (PendingFile file = PendingFile.open(folder.resolve("a.png"));
                PendingFolder frames = PendingFolder.open(folder.resolve("frames"))) {
            Files.writeString(frames.path().resolve("frame-1.png"), "whole");

            OutputFile.checkWritable(folder.resolve("b.png"));

            assertThat(parts()).isEqualTo(2);
            frames.finish();
            file.finish();
        }
        assertThat(parts()).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("frames"))) {
            assertThat(files).extracting(Path::getFileName).containsExactly(Path.of("frame-1.png"));
        }
    }
}
