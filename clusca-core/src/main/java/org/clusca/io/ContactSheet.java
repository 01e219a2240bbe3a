package org.clusca.io;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Many pictures on one: a plain grid, or rows and columns with captions. */
public final class ContactSheet {
    private static final Color BACKGROUND = new Color(0xf4f4f4);
    private static final int MARGIN = 8;

    /** Below this a captioned tile is scaled up, so that captions have the room to be read. */
    private static final int CAPTIONED_TILE = 128;

    private static final int ROW_CAPTION_WIDTH = 200;

    private ContactSheet() {}

    /** A grid about as wide as high, without captions. */
    public static BufferedImage grid(List<BufferedImage> pictures) {
        return grid(pictures, (int) Math.ceil(Math.sqrt(pictures.size())));
    }

    /** A grid without captions, filled row by row. */
    public static BufferedImage grid(List<BufferedImage> pictures, int columns) {
        List<List<BufferedImage>> rows = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += columns) {
            rows.add(pictures.subList(from, Math.min(from + columns, pictures.size())));
        }
        return captioned(rows, List.of(), List.of());
    }

    /**
     * A sheet with a caption left of every row and above every column. Small pictures are enlarged
     * by a whole factor, pixel by pixel, when there are captions.
     *
     * @param rows may differ in length
     * @param rowCaptions one for each row, or none
     * @param columnCaptions one for each column, or none
     */
    public static BufferedImage captioned(
            List<List<BufferedImage>> rows, List<String> rowCaptions, List<String> columnCaptions) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        if (columns == 0) {
            throw new IllegalArgumentException("A contact sheet needs a picture.");
        }
        checkCount("row", rowCaptions, rows.size());
        checkCount("column", columnCaptions, columns);
        int width = largest(rows, true);
        int height = largest(rows, false);
        boolean plain = rowCaptions.isEmpty() && columnCaptions.isEmpty();
        int scale = plain ? 1 : Math.max(1, CAPTIONED_TILE / Math.max(width, height));
        int tileWidth = scale * width;
        int tileHeight = scale * height;

        List<Caption> left = captions(rowCaptions, ROW_CAPTION_WIDTH);
        List<Caption> top = captions(columnCaptions, tileWidth);
        int rowHeight = Math.max(tileHeight, highest(left));
        int originX = MARGIN + beside(left.stream().mapToInt(Caption::width).max().orElse(0));
        int originY = MARGIN + beside(highest(top));
        BufferedImage sheet =
                new BufferedImage(
                        originX + columns * (tileWidth + MARGIN),
                        originY + rows.size() * (rowHeight + MARGIN),
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        try {
            graphics.setColor(BACKGROUND);
            graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION,
                    RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            for (int column = 0; column < top.size(); column++) {
                Caption caption = top.get(column);
                int x = originX + column * (tileWidth + MARGIN);
                caption.draw(
                        graphics,
                        x + (tileWidth - caption.width()) / 2,
                        originY - MARGIN - caption.height());
            }
            for (int row = 0; row < rows.size(); row++) {
                int y = originY + row * (rowHeight + MARGIN);
                if (!left.isEmpty()) {
                    Caption caption = left.get(row);
                    caption.draw(graphics, MARGIN, y + (rowHeight - caption.height()) / 2);
                }
                for (int column = 0; column < rows.get(row).size(); column++) {
                    BufferedImage picture = rows.get(row).get(column);
                    graphics.drawImage(
                            picture,
                            originX + column * (tileWidth + MARGIN),
                            y,
                            scale * picture.getWidth(),
                            scale * picture.getHeight(),
                            null);
                }
            }
        } finally {
            graphics.dispose();
        }
        return sheet;
    }

    private static List<Caption> captions(List<String> texts, int width) {
        return texts.stream().map(text -> Caption.of(text, width)).toList();
    }

    private static int highest(List<Caption> captions) {
        return captions.stream().mapToInt(Caption::height).max().orElse(0);
    }

    /** Room for captions and the margin after them; none for none. */
    private static int beside(int size) {
        return size == 0 ? 0 : size + MARGIN;
    }

    private static int largest(List<List<BufferedImage>> rows, boolean width) {
        return rows.stream()
                .flatMap(List::stream)
                .mapToInt(picture -> width ? picture.getWidth() : picture.getHeight())
                .max()
                .orElseThrow();
    }

    private static void checkCount(String what, List<String> captions, int expected) {
        if (!captions.isEmpty() && captions.size() != expected) {
            throw new IllegalArgumentException(
                    "Expected " + expected + " " + what + " captions, found " + captions.size());
        }
    }
}
