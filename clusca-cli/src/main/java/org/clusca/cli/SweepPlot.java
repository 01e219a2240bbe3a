package org.clusca.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Likeness over speed, and over operations; the line joins those that nothing is better than in
 * both.
 */
final class SweepPlot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 560;
    private static final int MARGIN = 64;
    private static final int LEGEND = 190;

    /** Told apart by people who see colours otherwise, too (Okabe and Ito). */
    private static final Color[] COLOURS = {
        new Color(0x000000),
        new Color(0xE69F00),
        new Color(0x0072B2),
        new Color(0x009E73),
        new Color(0xD55E00),
        new Color(0xCC79A7),
        new Color(0x56B4E9),
        new Color(0x8B6914),
        new Color(0x7F7F7F),
        new Color(0xF0E442),
    };

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private final List<SweepResult> results;
    private final List<String> families;
    private final double least;
    private final double most;

    private SweepPlot(List<SweepResult> results) {
        this.results = results;
        families = results.stream().map(SweepPlot::family).distinct().sorted().toList();
        least = Math.floor(psnr(Comparator.naturalOrder()) / 5) * 5;
        most = Math.max(least + 5, Math.ceil(psnr(Comparator.reverseOrder()) / 5) * 5);
    }

    private double psnr(Comparator<Double> order) {
        return results.stream().map(SweepPlot::height).min(order).orElse(0.0);
    }

    /** What is the same as the reference has no finite place, and is left out. */
    static BufferedImage of(List<SweepResult> results) {
        List<SweepResult> finite =
                results.stream().filter(result -> Double.isFinite(height(result))).toList();
        return new SweepPlot(finite).drawn();
    }

    /** Those that no other is both faster and nearer than, by what is on the way right. */
    static List<SweepResult> front(List<SweepResult> results, ToDoubleFunction<SweepResult> right) {
        List<SweepResult> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        List<SweepResult> sorted = new ArrayList<>(results);
        sorted.sort(Comparator.comparingDouble(right).thenComparing(SweepPlot::height).reversed());
        for (SweepResult result : sorted) {
            if (height(result) > best) {
                best = height(result);
                front.add(result);
            }
        }
        return front;
    }

    private static double height(SweepResult result) {
        return result.near().psnr().mean();
    }

    /** A policy; what computes all its steps by its scheduler. */
    private static String family(SweepResult result) {
        SweepCell cell = result.cell();
        return cell.plain() ? "fewer steps, " + cell.scheduler() : cell.family();
    }

    private BufferedImage drawn() {
        BufferedImage picture =
                new BufferedImage(2 * WIDTH + LEGEND, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setFont(FONT);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, picture.getWidth(), HEIGHT);
        panel(graphics, 0, "times faster, measured", SweepResult::speedup);
        panel(graphics, WIDTH, "times fewer operations", result -> 1 / result.operations());
        legend(graphics);
        graphics.dispose();
        return picture;
    }

    private void panel(
            Graphics2D graphics, int left, String title, ToDoubleFunction<SweepResult> right) {
        double fastest = results.stream().mapToDouble(right).max().orElse(2);
        double slowest = Math.min(1, results.stream().mapToDouble(right).min().orElse(1));
        double decades = Math.log(Math.max(fastest * 1.05, slowest * 2) / slowest);
        ToDoubleFunction<SweepResult> x =
                result -> left + across(Math.log(right.applyAsDouble(result) / slowest) / decades);
        grid(graphics, left, title, slowest, decades);
        line(graphics, front(results, right), x);
        for (SweepResult result : results) {
            point(graphics, result, x.applyAsDouble(result), down(height(result)));
        }
    }

    private static double across(double share) {
        return MARGIN + share * (WIDTH - 2 * MARGIN);
    }

    private double down(double psnr) {
        return HEIGHT - MARGIN - (psnr - least) / (most - least) * (HEIGHT - 2 * MARGIN);
    }

    private void grid(Graphics2D graphics, int left, String title, double slowest, double decades) {
        for (double value : new double[] {0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50}) {
            double share = Math.log(value / slowest) / decades;
            if (share >= 0 && share <= 1) {
                int x = (int) (left + across(share));
                graphics.setColor(new Color(0xE6E6E6));
                graphics.drawLine(x, MARGIN, x, HEIGHT - MARGIN);
                graphics.setColor(Color.DARK_GRAY);
                String label = String.format(Locale.ROOT, value < 2 ? "%.1f" : "%.0f", value);
                graphics.drawString(label, x - 8, HEIGHT - MARGIN + 18);
            }
        }
        for (double value = least; value <= most; value += 5) {
            int y = (int) down(value);
            graphics.setColor(new Color(0xE6E6E6));
            graphics.drawLine(left + MARGIN, y, left + WIDTH - MARGIN, y);
            graphics.setColor(Color.DARK_GRAY);
            graphics.drawString(String.format(Locale.ROOT, "%.0f", value), left + 36, y + 5);
        }
        graphics.drawString(title, left + WIDTH / 2 - 60, HEIGHT - 16);
        graphics.drawString("PSNR in dB to the run without a cache", left + MARGIN, MARGIN - 24);
    }

    private void line(
            Graphics2D graphics, List<SweepResult> front, ToDoubleFunction<SweepResult> x) {
        Path2D path = new Path2D.Double();
        for (SweepResult result : front) {
            double y = down(height(result));
            if (path.getCurrentPoint() == null) {
                path.moveTo(x.applyAsDouble(result), y);
            } else {
                path.lineTo(x.applyAsDouble(result), y);
            }
        }
        graphics.setColor(new Color(0x9A9A9A));
        graphics.setStroke(new BasicStroke(1.5f));
        graphics.draw(path);
    }

    private void point(Graphics2D graphics, SweepResult result, double x, double y) {
        int family = families.indexOf(family(result));
        graphics.setColor(COLOURS[family % COLOURS.length]);
        int error = (int) (result.near().psnr().error() / (most - least) * (HEIGHT - 2 * MARGIN));
        graphics.drawLine((int) x, (int) y - error, (int) x, (int) y + error);
        Shape shape = result.cell().plain() ? square(x, y) : circle(x, y);
        graphics.fill(shape);
        graphics.setColor(Color.WHITE);
        graphics.draw(shape);
    }

    private static Shape square(double x, double y) {
        return new Rectangle2D.Double(x - 5, y - 5, 10, 10);
    }

    private static Shape circle(double x, double y) {
        return new Ellipse2D.Double(x - 5, y - 5, 10, 10);
    }

    private void legend(Graphics2D graphics) {
        for (int i = 0; i < families.size(); i++) {
            int y = MARGIN + 22 * i;
            boolean plain = families.get(i).startsWith("fewer");
            graphics.setColor(COLOURS[i % COLOURS.length]);
            graphics.fill(plain ? square(2 * WIDTH, y) : circle(2 * WIDTH, y));
            graphics.setColor(Color.DARK_GRAY);
            graphics.drawString(families.get(i), 2 * WIDTH + 14, y + 5);
        }
        graphics.drawString(
                "line: the best at any speed", 2 * WIDTH - 5, MARGIN + 22 * families.size() + 16);
    }
}
