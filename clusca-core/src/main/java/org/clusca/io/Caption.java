package org.clusca.io;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** A text broken into lines: at line ends, and after a space, comma or colon where too wide. */
record Caption(List<String> lines, int width, int height) {
    private static final Color INK = new Color(0x202020);
    private static final String BREAK_AFTER = " ,:";

    /**
     * @param width in pixels; a word that is wider stands alone and sticks out
     */
    static Caption of(String text, int width) {
        FontMetrics metrics = metrics();
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            wrap(line, width, metrics, lines);
        }
        int widest = lines.stream().mapToInt(metrics::stringWidth).max().orElse(0);
        return new Caption(List.copyOf(lines), widest, lines.size() * metrics.getHeight());
    }

    /** Draws with the upper left corner at x, y. */
    void draw(Graphics2D graphics, int x, int y) {
        graphics.setFont(font());
        graphics.setColor(INK);
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        FontMetrics metrics = graphics.getFontMetrics();
        for (int line = 0; line < lines.size(); line++) {
            graphics.drawString(
                    lines.get(line), x, y + line * metrics.getHeight() + metrics.getAscent());
        }
    }

    private static void wrap(String line, int width, FontMetrics metrics, List<String> lines) {
        StringBuilder current = new StringBuilder();
        int start = 0;
        while (start < line.length()) {
            int end = start;
            while (end < line.length() && BREAK_AFTER.indexOf(line.charAt(end)) < 0) {
                end++;
            }
            String word = line.substring(start, Math.min(end + 1, line.length()));
            String longer = current + word;
            if (!current.isEmpty() && metrics.stringWidth(longer.stripTrailing()) > width) {
                lines.add(current.toString().stripTrailing());
                current.setLength(0);
            }
            current.append(word);
            start += word.length();
        }
        lines.add(current.toString().stripTrailing());
    }

    private static FontMetrics metrics() {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            return graphics.getFontMetrics(font());
        } catch (RuntimeException | LinkageError | InternalError e) {
            // What Java throws where the system has no fonts differs between its releases.
            throw new CluscaException(
                    ErrorCode.RUNTIME,
                    "Captions need a font, and Java finds none: install fontconfig and a font such"
                            + " as DejaVu.",
                    e);
        } finally {
            graphics.dispose();
        }
    }

    private static Font font() {
        return new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    }
}
