package org.clusca.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A table of text: columns of numbers flush right, the others flush left. */
final class Table {
    private static final Pattern NUMBER = Pattern.compile("^(-$|Infinity|\\d)");

    private final List<String[]> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(heads);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    void print(PrintStream out) {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        boolean[] numbers = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            int column = i;
            numbers[i] = rows.stream().skip(1).allMatch(row -> NUMBER.matcher(row[column]).find());
        }
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String pad = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : "  ").append(numbers[i] ? pad + row[i] : row[i] + pad);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Seconds with as many digits as tell runs apart. */
    static String seconds(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(
                Locale.ROOT, value < 0.1 ? "%.4f" : value < 10 ? "%.3f" : "%.1f", value);
    }

    static String ratio(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "-";
    }

    /** Billions of operations per second. */
    static String rate(double flopsPerSecond) {
        return Double.isFinite(flopsPerSecond)
                ? String.format(Locale.ROOT, "%.1f", flopsPerSecond / 1e9)
                : "-";
    }

    /** Floating-point operations in words. */
    static String flops(double flops) {
        return flops >= 1e12
                ? String.format(Locale.ROOT, "%.2f TFLOP", flops / 1e12)
                : String.format(Locale.ROOT, "%.2f GFLOP", flops / 1e9);
    }
}
