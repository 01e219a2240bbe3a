package org.clusca.cli;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far something is: a bar on a terminal; elsewhere, as in a log, a line every few seconds. */
final class Progress implements AutoCloseable {
    private static final long LINE_NANOS = 5_000_000_000L;
    private static final int REFRESH_MILLIS = 100;

    private final Console console;
    private final String unit;
    private final int total;
    private final @Nullable ProgressBar bar;
    private final long start = System.nanoTime();
    private long lastLine = start;
    private int done;

    /**
     * @param task a word before the bar
     * @param unit what is counted
     * @param total of them to come
     */
    Progress(Console console, String task, String unit, int total) {
        this.console = console;
        this.unit = unit;
        this.total = total;
        bar =
                console.columns() > 0
                        ? new ProgressBarBuilder()
                                .setTaskName(task)
                                .setInitialMax(total)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(REFRESH_MILLIS)
                                .setConsumer(
                                        new ConsoleProgressBarConsumer(
                                                console.err(), console.columns() - 1))
                                .clearDisplayOnFinish()
                                .build()
                        : null;
    }

    /** One more is done. */
    void advance(String details) {
        done++;
        if (bar != null) {
            bar.setExtraMessage(" " + details);
            bar.step();
        } else if (System.nanoTime() - lastLine > LINE_NANOS && done < total) {
            lastLine = System.nanoTime();
            double left = (lastLine - start) / 1e9 / done * (total - done);
            console.err()
                    .printf(
                            Locale.ROOT,
                            "%s %d of %d%s, about %.0f s left%n",
                            unit,
                            done,
                            total,
                            details.isEmpty() ? "" : " (" + details + ")",
                            left);
        }
    }

    boolean finished() {
        return done >= total;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
