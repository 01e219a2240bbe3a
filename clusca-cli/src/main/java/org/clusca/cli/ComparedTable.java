package org.clusca.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A comparison for people. */
final class ComparedTable {
    private ComparedTable() {}

    static void print(PrintStream out, List<Compared> rows) {
        boolean videos = rows.get(0).video() != null;
        List<String> heads =
                new ArrayList<>(
                        List.of(
                                "policy",
                                "seconds",
                                "speedup",
                                "operations",
                                "ratio",
                                "PSNR dB",
                                "SSIM",
                                "full",
                                "cached"));
        if (videos) {
            heads.add(heads.indexOf("full"), "flicker");
        }
        Table table = new Table(heads.toArray(String[]::new));
        for (Compared row : rows) {
            Quality quality = row.quality();
            List<String> cells =
                    new ArrayList<>(
                            List.of(
                                    row.policy(),
                                    Table.seconds(row.seconds()),
                                    String.format(Locale.ROOT, "%.2fx", row.speedup()),
                                    Table.flops(row.report().flops()),
                                    Table.ratio(row.flopsRatio()),
                                    number("%.2f", quality == null ? null : quality.psnr()),
                                    number("%.4f", quality == null ? null : quality.ssim()),
                                    Long.toString(row.fullSteps()),
                                    Long.toString(row.cachedSteps())));
            VideoQuality video = row.video();
            if (video != null) {
                cells.add(
                        heads.indexOf("flicker"),
                        number("%.3f", quality == null ? null : video.flicker()));
            }
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
        out.println("steps (F full, t some tokens, p predicted, s skipped, o no network, m mixed)");
        Table kinds = new Table("", "");
        rows.forEach(row -> kinds.row(row.policy().replaceFirst(":\\S*", ""), row.kinds()));
        kinds.print(out);
        if (videos) {
            out.println(
                    "PSNR and SSIM are means of the frames; flicker is the mean difference between what changes from frame to frame here and with none, in levels of 255");
        }
    }

    private static String number(String format, @Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
