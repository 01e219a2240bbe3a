package org.clusca.io;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Made-up videos for tests. */
final class Videos {
    private Videos() {}

    /** A slowly changing background and a disc that crosses it. */
    static List<BufferedImage> moving(int count, int width, int height) {
        return IntStream.range(0, count).mapToObj(t -> frame(t, width, height)).toList();
    }

    /** Grey noise: nothing that could be predicted, or is lost with the colours' resolution. */
    static List<BufferedImage> noise(int count, int width, int height) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(
                        t -> {
                            BufferedImage picture = empty(width, height);
                            for (int i = 0; i < width * height; i++) {
                                picture.setRGB(
                                        i % width, i / width, random.nextInt(256) * 0x010101);
                            }
                            return picture;
                        })
                .toList();
    }

    private static BufferedImage frame(int t, int width, int height) {
        BufferedImage picture = empty(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double fromDisc = Math.hypot(x - 10 - 3 * t, y - height / 2.0);
                // soft edges: video keeps colours at half the resolution only
                double disc = 1 / (1 + Math.exp((fromDisc - height / 4.0) / 2));
                int red = level(disc, 224, x / 17.0 + t / 5.0);
                int green = level(disc, 160, y / 23.0 - t / 7.0);
                int blue = level(disc, 32, (x + y) / 31.0);
                picture.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return picture;
    }

    private static int level(double disc, int colour, double wave) {
        return (int) (disc * colour + (1 - disc) * (127.5 + 100 * Math.sin(wave)));
    }

    private static BufferedImage empty(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }
}
