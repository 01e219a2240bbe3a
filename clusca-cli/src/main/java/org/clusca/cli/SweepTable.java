package org.clusca.cli;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A sweep for people, the slowest first. */
final class SweepTable {
    private SweepTable() {}

    static void print(PrintStream out, List<SweepResult> results) {
        List<SweepResult> front = SweepPlot.front(results, SweepResult::speedup);
        Table table =
                new Table(
                        "policy",
                        "scheduler",
                        "steps",
                        "speedup",
                        "ratio",
                        "PSNR dB",
                        "to limit",
                        "latents dB",
                        "front");
        results.stream()
                .sorted(Comparator.comparingDouble(SweepResult::speedup))
                .forEach(
                        result ->
                                table.row(
                                        result.cell().policy(),
                                        result.cell().scheduler(),
                                        Integer.toString(result.cell().steps()),
                                        String.format(Locale.ROOT, "%.2fx", result.speedup()),
                                        Table.ratio(result.operations()),
                                        result.near().psnr().toString(),
                                        result.limit().psnr().toString(),
                                        result.near().latent().toString(),
                                        front.contains(result) ? "*" : ""));
        table.print(out);
        out.println(
                "PSNR to the run without a cache, and to the limit of many steps; +- one standard error; * nothing is both faster and nearer");
    }
}
