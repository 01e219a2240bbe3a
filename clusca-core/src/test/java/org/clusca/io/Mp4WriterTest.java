package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.clusca.metric.Psnr;
import org.jcodec.containers.mp4.boxes.MovieBox;
import org.jcodec.containers.mp4.boxes.MovieHeaderBox;
import org.jcodec.containers.mp4.boxes.NodeBox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Mp4WriterTest {
    /** In dB; measured: 34.7, of which most is lost with the colours' resolution. */
    private static final double FLOOR = 34;

    /** Measured: 37.5. */
    private static final double FLOOR_OF_NOISE = 36.5;

    @TempDir Path folder;

    private Path write(List<BufferedImage> frames, int framesPerSecond, Map<String, String> text) {
        Path file = folder.resolve("out.mp4");
        BufferedImage first = frames.get(0);
        VideoFormat format = new VideoFormat(first.getWidth(), first.getHeight(), framesPerSecond);
        try (VideoWriter video = VideoFiles.open(file, format, text)) {
            frames.forEach(video::picture);
            video.finish();
        }
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
        return file;
    }

    private static double worst(List<BufferedImage> frames, List<BufferedImage> read) {
        double worst = Double.POSITIVE_INFINITY;
        for (int i = 0; i < frames.size(); i++) {
            BufferedImage original = frames.get(i);
            BufferedImage shown =
                    read.get(i).getSubimage(0, 0, original.getWidth(), original.getHeight());
            worst = Math.min(worst, Psnr.of(original, shown));
        }
        return worst;
    }

    /** More than one group of predicted frames; sizes that blocks of 16 and of 2 do not divide. */
    @ParameterizedTest
    @CsvSource({"64,48", "70,38", "35,17"})
    void decodedFramesAreCloseToTheOnesWritten(int width, int height) throws Exception {
        List<BufferedImage> frames = Videos.moving(30, width, height);

        List<BufferedImage> read = Mp4Reader.frames(write(frames, 24, Map.of()));

        assertThat(read).hasSize(frames.size());
        assertThat(read.get(0).getWidth()).isEqualTo(width + width % 2);
        assertThat(read.get(0).getHeight()).isEqualTo(height + height % 2);
        assertThat(worst(frames, read)).isGreaterThan(FLOOR);
    }

    @Test
    void noiseIsCodedMoreCoarsely() throws Exception {
        for (int side : new int[] {16, 80}) {
            List<BufferedImage> frames = Videos.noise(3, side, side);

            List<BufferedImage> read = Mp4Reader.frames(write(frames, 24, Map.of()));

            assertThat(worst(frames, read)).isGreaterThan(FLOOR_OF_NOISE);
        }
    }

    @Test
    void greyStaysGrey() throws Exception {
        BufferedImage grey = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            grey.setRGB(i % 32, i / 32, 0x010101 * (i / 32 * 8));
        }

        BufferedImage read = Mp4Reader.frames(write(List.of(grey), 24, Map.of())).get(0);

        for (int i = 0; i < 32 * 32; i++) {
            int rgb = read.getRGB(i % 32, i / 32);
            int green = rgb >> 8 & 0xff;
            assertThat(rgb >> 16 & 0xff).isBetween(green - 3, green + 3);
            assertThat(rgb & 0xff).isBetween(green - 3, green + 3);
        }
    }

    @Test
    void durationAndText() throws Exception {
        Map<String, String> text =
                Map.of("policy", "clusca:interval=5", "prompt", "Ein Fuchs, größer als 北京 🦊\n.");

        Path file = write(Videos.moving(12, 32, 32), 8, text);

        MovieBox movie = Mp4Reader.movie(file);
        assertThat((double) movie.getDuration() / movie.getTimescale()).isEqualTo(1.5);
        assertThat(Mp4Reader.text(file)).isEqualTo(text);
    }

    /** A browser that finds the media first must fetch the end of the file before it can play. */
    @Test
    void theHeaderComesBeforeTheMedia() throws Exception {
        Path file = write(Videos.noise(100, 128, 128), 24, Map.of());

        assertThat(Mp4Reader.boxes(file)).containsSubsequence("ftyp", "moov", "mdat");
        assertThat(Files.size(file)).isGreaterThan(1 << 20);
        assertThat(Mp4Reader.frames(file)).hasSize(100);
    }

    @Test
    void theTimeOfWritingIsNotInTheFile() throws Exception {
        MovieBox movie = Mp4Reader.movie(write(Videos.moving(2, 32, 32), 8, Map.of()));

        MovieHeaderBox header = NodeBox.findFirst(movie, MovieHeaderBox.class, "mvhd");
        long epoch = header.getCreated();
        assertThat(header.getModified()).isEqualTo(epoch);
        assertThat(new Date(epoch)).isBefore("1970-01-02");
        assertThat(movie.getTracks()[0].getTrackHeader().getCreated()).isEqualTo(epoch);
    }
}
