package org.clusca.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Measurement;
import org.clusca.engine.Report;

/** What was measured for a policy, for people who choose a threshold. */
final class Measurements {
    private static final int IN_A_LINE = 10;

    private Measurements() {}

    static void print(PrintStream out, Report report) {
        List<Measurement> measurements = report.measurements();
        if (measurements.isEmpty()) {
            return;
        }
        List<String> heads = new ArrayList<>(List.of("measured", "steps"));
        Measurement.PERCENTS.forEach(
                percent ->
                        heads.add(
                                percent == 0 ? "least" : percent == 100 ? "most" : percent + " %"));
        Table table = new Table(heads.toArray(String[]::new));
        for (Measurement measurement : measurements) {
            List<String> cells =
                    new ArrayList<>(
                            List.of(measurement.name(), Integer.toString(measurement.count())));
            Measurement.PERCENTS.forEach(
                    percent -> cells.add(number(measurement.percentile(percent))));
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
        // the others follow from it
        bySteps(out, measurements.get(0), report.steps());
    }

    /** In lines of ten; full steps are marked. */
    private static void bySteps(PrintStream out, Measurement measurement, List<Report.Step> steps) {
        out.println(measurement.name() + ", by step (* in full):");
        for (int from = 0; from < steps.size(); from += IN_A_LINE) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%5d ", from));
            for (int i = from; i < Math.min(from + IN_A_LINE, steps.size()); i++) {
                boolean full = steps.get(i).kind() == StepKind.FULL;
                double value = measurement.bySteps().get(i);
                String text = Double.isNaN(value) ? "-" : number(value);
                line.append(String.format(Locale.ROOT, "%9s%s", text, full ? "*" : " "));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** As many digits as tell values apart. */
    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
