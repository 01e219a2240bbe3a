package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFileTest {
    @TempDir Path folder;

    @Test
    void checkingLeavesNothing() throws IOException {
        Path old = Files.writeString(folder.resolve("old"), "old");

        OutputFile.checkWritable(old);
        OutputFile.checkWritable(folder.resolve("new"));

        assertThat(old).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(old));
    }

    @Test
    void aFolderInTheWay() {
        assertRefused(
                ErrorCode.IO, () -> OutputFile.checkWritable(folder), folder, "it is a folder");
    }

    @Test
    void noFolderToWriteTo() {
        Path file = folder.resolve("none").resolve("out.png");

        assertRefused(
                ErrorCode.IO,
                () -> OutputFile.checkWritable(file),
                file,
                folder.resolve("none") + " does not exist");
    }

    @Test
    void aFileWhereTheFolderShouldBe() throws IOException {
        Path parent = Files.writeString(folder.resolve("parent"), "");
        Path file = parent.resolve("out.png");

        assertRefused(
                ErrorCode.IO,
                () -> OutputFile.checkWritable(file),
                file,
                parent + " is not a folder");
    }

    @Test
    void somethingThatIsNoRegularFile() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));

        assertRefused(ErrorCode.IO, () -> OutputFile.checkWritable(device), device, "regular file");
        assertThat(device).exists();
    }

    @Test
    void aFailureWhileWritingLeavesWhatWasThere() throws IOException {
        Path file = Files.writeString(folder.resolve("out"), "old");

        assertRefused(
                ErrorCode.IO,
                () ->
                        OutputFile.write(
                                file,
                                channel -> {
                                    channel.write(ByteBuffer.wrap(new byte[100]));
                                    throw new IOException(
                                            "wrapped", new IOException("No space left\non device"));
                                }),
                file,
                "No space left on device");

        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aLinkStaysOne() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));

        OutputFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));

        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("n");
    }

    /** File systems count bytes, and most take 255 of them. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ö", "北", "🦊"})
    void aNameThatIsTooLong(String letter) {
        Path file = folder.resolve(letter.repeat(300) + ".png");

        assertRefused(ErrorCode.IO, () -> OutputFile.checkWritable(file), folder, "too long");
        assertThat(folder).isEmptyDirectory();
    }
}
