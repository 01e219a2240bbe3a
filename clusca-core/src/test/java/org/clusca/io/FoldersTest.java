package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class FoldersTest {
    @TempDir private Path folder;

    @Test
    void aWritableFolderIsLeftAsItWas() {
        Folders.requireWritable(folder, "a library");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Folders.requireWritable(folder.resolve("none"), "a library"))
                .isInstanceOfSatisfying(
                        CluscaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining(folder.resolve("none") + " does not exist, but a library")
                .hasMessageContaining("-Djava.io.tmpdir");
    }

    /** Whose permissions allow it, at least to root. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "has no /proc")
    void aFolderOfAReadOnlySystemIsNamed() {
        assertThatThrownBy(() -> Folders.requireWritable(Path.of("/proc"), "a library"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("/proc is not writable, but a library");
    }
}
