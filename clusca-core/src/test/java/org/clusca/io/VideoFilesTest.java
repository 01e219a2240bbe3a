package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoFilesTest {
    private static final VideoFormat FORMAT = new VideoFormat(20, 12, 24);
    private static final List<BufferedImage> FRAMES = Videos.moving(3, 20, 12);

    @TempDir Path folder;

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void aFolderOfFrames() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));

        try (VideoWriter video = VideoFiles.open(out, FORMAT, Map.of("policy", "none"))) {
            FRAMES.forEach(video::picture);
            video.finish();
        }

        assertThat(left()).containsExactly(out);
        for (int i = 0; i < FRAMES.size(); i++) {
            Path frame = out.resolve("frame-0000" + i + ".png");
            assertThat(Pictures.pixels(PngReader.picture(frame)).toArray())
                    .isEqualTo(Pictures.pixels(FRAMES.get(i)).toArray());
            assertThat(PngReader.metadata(frame)).containsEntry("policy", "none");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.mp4", "out.png", "OUT.APNG", "out"})
    void nothingIsLeftOfAVideoThatIsNotFinished(String name) throws IOException {
        Path out = folder.resolve(name);

        assertThatThrownBy(
                        () -> {
                            try (VideoWriter video = VideoFiles.open(out, FORMAT, Map.of())) {
                                video.picture(FRAMES.get(0));
                                throw new IllegalStateException("decoding failed");
                            }
                        })
                .hasMessage("decoding failed");

        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.mp4", "out.png", "out"})
    void anOlderVideoStaysUntilTheNewOneIsFinished(String name) throws IOException {
        Path out = folder.resolve(name);
        try (VideoWriter video = VideoFiles.open(out, FORMAT, Map.of())) {
            video.picture(FRAMES.get(0));
            assertThat(out).doesNotExist();
            video.finish();
            assertThat(out).exists();
        }
        assertThat(left()).containsExactly(out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.mp4", "out.png", "out"})
    void aFolderThatIsRemovedMeanwhile(String name) throws IOException {
        Path parent = Files.createDirectory(folder.resolve("parent"));
        Path out = parent.resolve(name);

        assertThatThrownBy(
                        () -> {
                            try (VideoWriter video = VideoFiles.open(out, FORMAT, Map.of())) {
                                video.picture(FRAMES.get(0));
                                remove(parent);
                                video.picture(FRAMES.get(1));
                                video.finish();
                            }
                        })
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("cannot be written");

        assertThat(left()).isEmpty();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.mp4", "out.png", "out"})
    void aFolderThatDoesNotExist(String name) {
        Path out = folder.resolve("none").resolve(name);

        assertRefused(ErrorCode.IO, () -> VideoFiles.check(out), out, "does not exist");
        assertRefused(ErrorCode.IO, () -> VideoFiles.open(out, FORMAT, Map.of()), out);
    }

    @Test
    void aFolderThatIsInUse() throws IOException {
        Files.writeString(folder.resolve("notes"), "");

        assertRefused(ErrorCode.IO, () -> VideoFiles.check(folder), folder, "not empty");
        assertRefused(
                ErrorCode.IO,
                () -> VideoFiles.check(folder.resolve("notes")),
                "notes",
                "not a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.gif", "out.webm", "out.mp4.part", "out."})
    void anUnknownEnding(String name) throws IOException {
        Path out = folder.resolve(name);

        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> VideoFiles.check(out),
                name,
                ".mp4",
                ".png",
                ".apng",
                "folder");
        assertRefused(
                ErrorCode.INVALID_PARAMETER, () -> VideoFiles.open(out, FORMAT, Map.of()), name);
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.mp4", "out.png", "out"})
    void framesThatDoNotFit(String name) throws IOException {
        try (VideoWriter video = VideoFiles.open(folder.resolve(name), FORMAT, Map.of())) {
            assertRefused(ErrorCode.INVALID_PARAMETER, video::finish, "at least one frame");
            assertRefused(
                    ErrorCode.INCOMPATIBLE,
                    () -> video.picture(Videos.moving(1, 16, 12).get(0)),
                    "Frame 0",
                    "20x12",
                    "16x12");
            Tensor broken = Tensor.zeros(3, 12, 20);
            broken.data().put(7, Float.NaN);
            assertRefused(ErrorCode.NOT_FINITE, () -> video.frame(0, broken), "Frame 0");
        }
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.mp4", "out.png", "out"})
    void aKeywordThatIsNotAllowed(String name) throws IOException {
        Path out = folder.resolve(name);

        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> VideoFiles.open(out, FORMAT, Map.of("two\nlines", "")),
                out,
                "keyword");
        assertThat(left()).isEmpty();
    }

    @Test
    void formatsThatCannotBe() {
        assertRefused(ErrorCode.INVALID_PARAMETER, () -> new VideoFormat(0, 12, 24), "0x12");
        assertRefused(ErrorCode.INVALID_PARAMETER, () -> new VideoFormat(20, 12, 0), "second", 0);
    }
}
