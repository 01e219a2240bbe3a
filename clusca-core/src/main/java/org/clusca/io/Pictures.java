package org.clusca.io;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;

/** Between tensors and pictures. */
public final class Pictures {
    private Pictures() {}

    /**
     * Rounds as diffusers does: {@code round(255 * clamp(x / 2 + 0.5))} in float32, halves to even.
     *
     * @param decoded {@code [pictures, 3, height, width]}, nominally in [-1, 1]
     * @return RGB, one for each row of {@code decoded}
     * @throws CluscaException NOT_FINITE, naming the picture
     */
    public static List<BufferedImage> of(Tensor decoded) {
        if (decoded.rank() != 4 || decoded.dimension(1) != 3) {
            throw new IllegalArgumentException(
                    "Expected [pictures, 3, height, width], found " + decoded);
        }
        List<BufferedImage> pictures = new ArrayList<>();
        for (int n = 0; n < decoded.dimension(0); n++) {
            Tensor one = decoded.rows(n, n + 1);
            if (!one.isFinite()) {
                throw new CluscaException(
                        ErrorCode.NOT_FINITE,
                        "Picture "
                                + n
                                + " of "
                                + decoded.dimension(0)
                                + " holds values that are not finite after decoding.");
            }
            pictures.add(picture(one.data(), decoded.dimension(2), decoded.dimension(3)));
        }
        return pictures;
    }

    /**
     * The colours of a picture.
     *
     * @return {@code [3, height, width]} in [0, 255]
     */
    public static Tensor pixels(BufferedImage picture) {
        int height = picture.getHeight();
        int width = picture.getWidth();
        Tensor pixels = Tensor.zeros(3, height, width);
        FloatBuffer data = pixels.data();
        int plane = height * width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = picture.getRGB(x, y);
                int at = y * width + x;
                data.put(at, rgb >> 16 & 0xff);
                data.put(plane + at, rgb >> 8 & 0xff);
                data.put(2 * plane + at, rgb & 0xff);
            }
        }
        return pixels;
    }

    private static BufferedImage picture(FloatBuffer values, int height, int width) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int plane = height * width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                int red = level(values.get(at));
                int green = level(values.get(plane + at));
                int blue = level(values.get(2 * plane + at));
                picture.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return picture;
    }

    private static int level(float value) {
        float unit = Math.min(1, Math.max(0, value / 2 + 0.5f));
        return (int) Math.rint(unit * 255);
    }
}
