package org.clusca.io;

import java.awt.image.BufferedImage;

/**
 * Luma and chroma of a picture as video has them: ITU-R BT.709 with 16 to 235 (240 for chroma),
 * chroma at half the resolution, the mean of 2x2 pixels. Beyond the picture, its last column and
 * row are repeated.
 *
 * @param width of the luma plane
 * @param height of the luma plane
 * @param planes Y, Cb, Cr, row by row, less 128 so that they fit into a byte
 */
record Yuv420(int width, int height, byte[][] planes) {
    private static final double RED = 0.2126;
    private static final double BLUE = 0.0722;
    private static final double GREEN = 1 - RED - BLUE;

    /**
     * @param multiple of this are the sides of the luma plane
     */
    static Yuv420 of(BufferedImage picture, int multiple) {
        int width = (picture.getWidth() + multiple - 1) / multiple * multiple;
        int height = (picture.getHeight() + multiple - 1) / multiple * multiple;
        byte[] luma = new byte[width * height];
        double[] blueness = new double[width * height / 4];
        double[] redness = new double[width * height / 4];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb =
                        picture.getRGB(
                                Math.min(x, picture.getWidth() - 1),
                                Math.min(y, picture.getHeight() - 1));
                double red = (rgb >> 16 & 0xff) / 255.0;
                double green = (rgb >> 8 & 0xff) / 255.0;
                double blue = (rgb & 0xff) / 255.0;
                double light = RED * red + GREEN * green + BLUE * blue;
                luma[y * width + x] = level(16 + 219 * light);
                int at = y / 2 * (width / 2) + x / 2;
                blueness[at] += (blue - light) / (8 * (1 - BLUE));
                redness[at] += (red - light) / (8 * (1 - RED));
            }
        }
        return new Yuv420(width, height, new byte[][] {luma, chroma(blueness), chroma(redness)});
    }

    private static byte[] chroma(double[] sums) {
        byte[] plane = new byte[sums.length];
        for (int i = 0; i < sums.length; i++) {
            plane[i] = level(128 + 224 * sums[i]);
        }
        return plane;
    }

    private static byte level(double value) {
        return (byte) (Math.round(value) - 128);
    }
}
