package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngTest {
    @TempDir Path folder;

    private static BufferedImage picture() {
        BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 6; i++) {
            picture.setRGB(i % 3, i / 3, 0x102030 * (i + 1));
        }
        return picture;
    }

    @Test
    void pictureAndTextReadBack() throws IOException {
        Path file = folder.resolve("out.png");
        Map<String, String> text = new LinkedHashMap<>();
        text.put("policy", "clusca:interval=5,clusters=16");
        text.put("prompt", "Ein Fuchs, größer als 北京 \uD83E\uDD8A");
        text.put("lines", "one\ntwo");
        text.put("empty", "");

        PngWriter.write(file, picture(), text);

        assertThat(PngReader.metadata(file)).isEqualTo(text);
        BufferedImage read = PngReader.picture(file);
        assertThat(read.getWidth()).isEqualTo(3);
        assertThat(read.getHeight()).isEqualTo(2);
        assertThat(Pictures.pixels(read).toArray()).isEqualTo(Pictures.pixels(picture()).toArray());
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains("tEXtpolicy\0clusca:interval=5", "iTXtprompt\0");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a ", "a  b", "a\nb", "\u5317", "KKKK"})
    void aKeywordThatPngDoesNotAllow(String pattern) {
        Path file = folder.resolve("out.png");
        String keyword = pattern.replace("KKKK", "k".repeat(80));

        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> PngWriter.write(file, picture(), Map.of(keyword, "v")),
                file,
                "keyword");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderInTheWay() throws IOException {
        Path file = Files.createDirectory(folder.resolve("out.png"));

        assertRefused(
                ErrorCode.IO,
                () -> PngWriter.write(file, picture(), Map.of()),
                file,
                "it is a folder");
        assertRefused(ErrorCode.IO, () -> PngWriter.checkWritable(file), file);
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aFileThatIsNoPng() throws IOException {
        Path file = Files.writeString(folder.resolve("out.png"), "no picture");

        assertRefused(ErrorCode.CORRUPT_FILE, () -> PngReader.picture(file), file, "PNG");
    }
}
