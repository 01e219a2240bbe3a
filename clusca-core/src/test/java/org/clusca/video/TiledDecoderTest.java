package org.clusca.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiledDecoderTest {
    private static final int SCALE = 2;
    private static final int TEMPORAL = 4;

    /** Repeats cells and frames, so that a tile does not depend on where it was cut. */
    private static Tensor repeat(Tensor latent) {
        int frames = (latent.dimension(2) - 1) * TEMPORAL + 1;
        int height = latent.dimension(3) * SCALE;
        int width = latent.dimension(4) * SCALE;
        Tensor video = Tensor.zeros(1, 3, frames, height, width);
        for (int i = 0; i < video.size(); i++) {
            int x = i % width;
            int y = i / width % height;
            int frame = i / width / height % frames;
            int channel = i / width / height / frames;
            int source = (frame + TEMPORAL - 1) / TEMPORAL;
            int at =
                    ((channel * latent.dimension(2) + source) * latent.dimension(3) + y / SCALE)
                                    * latent.dimension(4)
                            + x / SCALE;
            video.data().put(i, latent.data().get(at));
        }
        return video;
    }

    private static Tensor latent(int... size) {
        Tensor latent = Tensor.zeros(1, 3, size[0], size[1], size[2]);
        Random random = new Random(1);
        for (int i = 0; i < latent.size(); i++) {
            latent.data().put(i, random.nextFloat() + 1);
        }
        return latent;
    }

    /** All frames of a video as one tensor. */
    static Tensor collect(TiledDecoder decoder, Tensor latent) {
        List<Tensor> frames = new ArrayList<>();
        decoder.decode(
                latent,
                (index, rgb) -> {
                    assertThat(index).isEqualTo(frames.size());
                    frames.add(Tensor.of(rgb.toArray(), rgb.shape()));
                });
        Tensor first = frames.get(0);
        Tensor video = Tensor.zeros(1, 3, frames.size(), first.dimension(1), first.dimension(2));
        for (int at = 0; at < frames.size(); at++) {
            Tensor frame = frames.get(at).reshape(1, 3, 1, first.dimension(1), first.dimension(2));
            Volume.copy(frame, 0, video, at, 2, 1);
        }
        return video;
    }

    private static TiledDecoder decoder(VideoTiles.Axis space, VideoTiles.Axis time) {
        return new TiledDecoder(
                new VideoTiles(space, space, time),
                SCALE,
                TEMPORAL,
                (latent, target) -> target.data().put(repeat(latent).data()));
    }

    @ParameterizedTest
    @CsvSource({"8,6,16,12", "8,4,8,4", "6,2,16,4", "4,4,8,8"})
    void tilesJoinWithoutSeams(int size, int stride, int frames, int frameStride) {
        TiledDecoder decoder =
                decoder(
                        new VideoTiles.Axis(size, stride),
                        new VideoTiles.Axis(frames, frameStride));
        for (int count = 1; count <= 11; count++) {
            Tensor latent = latent(count, 1 + count, 12 - count);

            Golden.assertClose(
                    count + " latent frames", collect(decoder, latent), repeat(latent), 1e-6);
        }
    }

    @Test
    void framesLeaveAsSoonAsTheyAreFinished() {
        List<Integer> decoded = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        TiledDecoder decoder =
                new TiledDecoder(
                        new VideoTiles(
                                VideoTiles.WHOLE, VideoTiles.WHOLE, new VideoTiles.Axis(8, 4)),
                        SCALE,
                        TEMPORAL,
                        (tile, target) -> {
                            decoded.add(tile.dimension(2));
                            seen.add(0);
                            target.data().put(repeat(tile).data());
                        });

        decoder.decode(
                latent(40, 2, 2),
                (index, rgb) -> seen.set(seen.size() - 1, seen.get(seen.size() - 1) + 1));

        assertThat(decoded).hasSize(39).startsWith(3, 3, 3).endsWith(3, 2);
        assertThat(seen).hasSize(39).startsWith(5, 4, 4).endsWith(4, 4);
    }

    @Test
    void tilesThatOverlapEntirely() {
        for (int stride : new int[] {0, -8, 17}) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER, () -> new VideoTiles.Axis(16, stride), 16, stride);
        }
    }

    @Test
    void tilesThatTheScaleDoesNotDivide() {
        VideoTiles.Axis even = new VideoTiles.Axis(8, 4);
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> decoder(new VideoTiles.Axis(7, 4), even),
                "height",
                7);
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> decoder(even, new VideoTiles.Axis(8, 2)),
                "time",
                2);
    }

    @Test
    void somethingThatIsNoVideo() {
        TiledDecoder decoder = decoder(VideoTiles.WHOLE, VideoTiles.WHOLE);

        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> decoder.decode(Tensor.zeros(1, 3, 4, 4), (index, rgb) -> {}),
                "[1, 3, 4, 4]");
    }
}
