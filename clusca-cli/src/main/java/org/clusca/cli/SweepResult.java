package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of a cell.
 *
 * @param pictures that were generated
 * @param seconds a picture
 * @param speedup over as many full steps as the reference has, timed beside the cell
 * @param operations over those of the reference
 * @param near likeness to the reference
 * @param limit likeness to the run of many steps
 * @param cacheBytes of a batch
 */
record SweepResult(
        SweepCell cell,
        int pictures,
        double seconds,
        double speedup,
        double operations,
        Likeness near,
        Likeness limit,
        long cacheBytes) {
    static final List<String> HEADS =
            List.of(
                    "sweep",
                    "policy",
                    "scheduler",
                    "steps",
                    "pictures",
                    "seconds",
                    "speedup",
                    "operations",
                    "psnr",
                    "psnr_error",
                    "latent_db",
                    "latent_db_error",
                    "limit_psnr",
                    "limit_psnr_error",
                    "limit_latent_db",
                    "limit_latent_db_error",
                    "cache_bytes");

    /**
     * Means over pictures, each with its standard error.
     *
     * @param psnr dB
     * @param latent dB: mean squared difference of latents, under a deviation of 1
     */
    record Likeness(Mean psnr, Mean latent) {
        List<String> cells() {
            return List.of(
                    number(psnr.mean()),
                    number(psnr.error()),
                    number(latent.mean()),
                    number(latent.error()));
        }

        static Likeness parse(List<String> cells) {
            return new Likeness(
                    new Mean(real(cells.get(0)), real(cells.get(1))),
                    new Mean(real(cells.get(2)), real(cells.get(3))));
        }
    }

    /** A mean and its standard error, 0 of a single value. */
    record Mean(double mean, double error) {
        static Mean of(List<Double> values) {
            int n = values.size();
            double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
            double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
            return new Mean(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
        }

        @Override
        public String toString() {
            return Double.isInfinite(mean)
                    ? "same"
                    : String.format(Locale.ROOT, "%.2f +- %.2f", mean, error);
        }
    }

    /**
     * @param sweep which one this is of
     */
    List<String> row(String sweep) {
        List<String> row =
                new ArrayList<>(
                        List.of(
                                sweep,
                                cell.policy(),
                                cell.scheduler(),
                                Integer.toString(cell.steps()),
                                Integer.toString(pictures),
                                number(seconds),
                                number(speedup),
                                number(operations)));
        row.addAll(near.cells());
        row.addAll(limit.cells());
        row.add(Long.toString(cacheBytes));
        return row;
    }

    static SweepResult parse(List<String> row) {
        return new SweepResult(
                new SweepCell(row.get(1), row.get(2), Integer.parseInt(row.get(3))),
                Integer.parseInt(row.get(4)),
                real(row.get(5)),
                real(row.get(6)),
                real(row.get(7)),
                Likeness.parse(row.subList(8, 12)),
                Likeness.parse(row.subList(12, 16)),
                Long.parseLong(row.get(16)));
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "inf" : String.format(Locale.ROOT, "%.6g", value);
    }

    private static double real(String text) {
        return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }
}
