package org.clusca.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Paints the clusters of tokens over a picture, and marks the tokens that were computed. */
final class ClusterPicture {
    private static final int CELL = 12;
    private static final int OPACITY = 140;
    private static final float GOLDEN_ANGLE = 0.618034f;

    private ClusterPicture() {}

    /** How many times a picture must be enlarged so that its tokens can be told apart. */
    static int scale(BufferedImage picture, int gridWidth) {
        return Math.max(1, (CELL * gridWidth + picture.getWidth() - 1) / picture.getWidth());
    }

    static BufferedImage enlarged(BufferedImage picture, int scale) {
        int width = scale * picture.getWidth();
        int height = scale * picture.getHeight();
        BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = large.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return large;
    }

    /**
     * @param picture enlarged
     * @param gridWidth tokens in a row
     */
    static BufferedImage of(BufferedImage picture, int gridWidth, ClusterTrace.Snapshot snapshot) {
        BufferedImage painted = enlarged(picture, 1);
        int columns = gridWidth;
        int rows = snapshot.labels().length / columns;
        Graphics2D graphics = painted.createGraphics();
        for (int token = 0; token < rows * columns; token++) {
            graphics.setColor(colour(snapshot.labels()[token]));
            int[] cell = cell(painted, columns, rows, token);
            graphics.fillRect(cell[0], cell[1], cell[2], cell[3]);
        }
        for (int token : snapshot.computed()) {
            int[] cell = cell(painted, columns, rows, token);
            int inset = Math.min(cell[2], cell[3]) / 6;
            graphics.setColor(Color.BLACK);
            graphics.fillRect(
                    cell[0] + inset, cell[1] + inset, cell[2] - 2 * inset, cell[3] - 2 * inset);
            graphics.setColor(Color.WHITE);
            graphics.drawRect(
                    cell[0] + inset,
                    cell[1] + inset,
                    cell[2] - 2 * inset - 1,
                    cell[3] - 2 * inset - 1);
        }
        graphics.dispose();
        return painted;
    }

    /** Left, top, width and height. */
    private static int[] cell(BufferedImage picture, int columns, int rows, int token) {
        int column = token % columns;
        int row = token / columns;
        int left = column * picture.getWidth() / columns;
        int top = row * picture.getHeight() / rows;
        return new int[] {
            left,
            top,
            (column + 1) * picture.getWidth() / columns - left,
            (row + 1) * picture.getHeight() / rows - top
        };
    }

    /** Neighbouring numbers get hues far apart. */
    private static Color colour(int cluster) {
        Color hue =
                Color.getHSBColor(cluster * GOLDEN_ANGLE, cluster % 2 == 0 ? 0.9f : 0.55f, 0.95f);
        return new Color(hue.getRed(), hue.getGreen(), hue.getBlue(), OPACITY);
    }
}
