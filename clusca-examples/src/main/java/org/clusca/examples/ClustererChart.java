package org.clusca.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/**
 * Gains of clusterers over the first one, a column for each setting, with their standard errors.
 */
final class ClustererChart {
    private static final int COLUMN = 150;
    private static final int HEIGHT = 420;
    private static final int LEFT = 60;
    private static final int TOP = 50;
    private static final int BOTTOM = 70;
    private static final List<Color> COLOURS =
            List.of(
                    new Color(0x444444),
                    new Color(0x0072b2),
                    new Color(0xd55e00),
                    new Color(0x009e73),
                    new Color(0xcc79a7),
                    new Color(0xe69f00),
                    new Color(0x56b4e9));

    private final List<CompareClusterers.Result> results;
    private final List<CompareClusterers.Setting> settings;
    private final List<String> clusterers;
    private final double least;
    private final double most;
    private final Graphics2D graphics;

    private ClustererChart(List<CompareClusterers.Result> results, BufferedImage picture) {
        this.results = results;
        settings = settings(results);
        clusterers = results.stream().map(CompareClusterers.Result::clusterer).distinct().toList();
        least = Math.floor(results.stream().mapToDouble(r -> r.gain() - r.error()).min().orElse(0));
        most = Math.ceil(results.stream().mapToDouble(r -> r.gain() + r.error()).max().orElse(1));
        graphics = picture.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    }

    static BufferedImage of(List<CompareClusterers.Result> results) {
        int width = LEFT + settings(results).size() * COLUMN;
        BufferedImage picture =
                new BufferedImage(width, TOP + HEIGHT + BOTTOM, BufferedImage.TYPE_INT_RGB);
        ClustererChart chart = new ClustererChart(results, picture);
        chart.axes(width);
        chart.legend();
        for (CompareClusterers.Result result : results) {
            chart.point(result);
        }
        chart.graphics.dispose();
        return picture;
    }

    private static List<CompareClusterers.Setting> settings(
            List<CompareClusterers.Result> results) {
        return results.stream().map(CompareClusterers.Result::setting).distinct().toList();
    }

    private int y(double gain) {
        return TOP + (int) Math.round(HEIGHT * (most - gain) / (most - least));
    }

    private void axes(int width) {
        for (double tick = least; tick <= most; tick += 1) {
            graphics.setColor(tick == 0 ? Color.BLACK : new Color(0xdddddd));
            graphics.drawLine(LEFT, y(tick), width, y(tick));
            graphics.setColor(Color.BLACK);
            String label = tick == 0 ? "0 dB" : String.format(Locale.ROOT, "%+.0f dB", tick);
            graphics.drawString(label, 8, y(tick) + 5);
        }
        for (int i = 0; i < settings.size(); i++) {
            String[] lines = settings.get(i).words().split("\\R");
            for (int line = 0; line < lines.length; line++) {
                graphics.drawString(
                        lines[line], LEFT + i * COLUMN + 35, TOP + HEIGHT + 20 + 17 * line);
            }
        }
    }

    private void legend() {
        int x = LEFT;
        for (String clusterer : clusterers) {
            graphics.setColor(colour(clusterer));
            graphics.fillOval(x, 16, 10, 10);
            graphics.drawString(clusterer, x + 15, 26);
            x += 35 + graphics.getFontMetrics().stringWidth(clusterer);
        }
    }

    private void point(CompareClusterers.Result result) {
        double share = (clusterers.indexOf(result.clusterer()) + 1.0) / (clusterers.size() + 1);
        int x = LEFT + (int) ((settings.indexOf(result.setting()) + share) * COLUMN);
        graphics.setColor(colour(result.clusterer()));
        graphics.setStroke(new BasicStroke(2));
        graphics.drawLine(
                x, y(result.gain() - result.error()), x, y(result.gain() + result.error()));
        graphics.fillOval(x - 5, y(result.gain()) - 5, 10, 10);
    }

    private Color colour(String clusterer) {
        return COLOURS.get(clusterers.indexOf(clusterer) % COLOURS.size());
    }
}
