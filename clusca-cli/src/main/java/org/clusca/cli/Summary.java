package org.clusca.cli;

import java.io.PrintStream;
import java.util.Locale;
import org.clusca.api.Parameter;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Memory;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Provenance;
import org.clusca.engine.Report;

/** A report for people. */
final class Summary {
    private Summary() {}

    /**
     * @param encodes whether the model has encoders
     */
    static void print(PrintStream out, boolean encodes, Report report, Pipeline.Prepared prepared) {
        Provenance made = report.provenance();
        out.printf(
                Locale.ROOT,
                "%s: %s, seed %d, %d steps of %s, guidance %s%s%n",
                made.origin().model(),
                Subject.titles(made.labels()),
                made.seed(),
                made.steps(),
                made.scheduler(),
                Parameter.format(made.guidance()),
                made.negativePrompt().isEmpty() ? "" : " away from " + made.negativePrompt());
        out.println("policy " + made.compute().marked(made.policy()));
        double full = report.medianSeconds(StepKind.FULL);
        Table table = new Table("steps", "count", "median s", "of full");
        for (StepKind kind : StepKind.values()) {
            if (report.count(kind) > 0) {
                double median = report.medianSeconds(kind);
                table.row(
                        kind.toString(),
                        Long.toString(report.count(kind)),
                        Table.seconds(median),
                        Table.ratio(median / full));
            }
        }
        table.print(out);
        if (report.count(StepKind.OUTPUT) > 0) {
            out.printf(
                    Locale.ROOT,
                    "%d of %d steps ran no network: the output is forecast%n",
                    report.count(StepKind.OUTPUT),
                    report.steps().size());
        }
        Measurements.print(out, report);
        if (!report.rejected().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "%d runs rejected and run again: %s s, %s%n",
                    report.rejected().size(),
                    Table.seconds(report.rejectedSeconds()),
                    Table.flops(report.rejectedFlops()));
        }
        out.printf(
                Locale.ROOT,
                "%s s in all: modulation %s, clustering %s, decoding %s; loading took %s s%s%n",
                Table.seconds(report.seconds()),
                Table.seconds(report.modulationSeconds()),
                Table.seconds(report.clusteringSeconds()),
                Table.seconds(report.decodingSeconds()),
                Table.seconds(prepared.loadSeconds()),
                encodes
                        ? ", encoding prompts " + Table.seconds(prepared.encodingSeconds()) + " s"
                        : "");
        out.printf(
                Locale.ROOT,
                "%s, feature cache %s%s%n",
                Table.flops(report.flops()),
                Memory.gib(report.cacheBytes()),
                report.cacheBytes() == 0 ? "" : " in " + made.cachePrecision().word());
    }
}
