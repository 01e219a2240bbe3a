package org.clusca.examples.cli;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.clusca.api.cache.StepKind;
import org.jspecify.annotations.Nullable;

/** How far the steps are: a bar on a terminal; elsewhere, as in a log, a line every few seconds. */
final class StepProgress implements AutoCloseable {
    private static final long LINE_NANOS = 5_000_000_000L;
    private static final int REFRESH_MILLIS = 100;

    private final Console console;
    private final int total;
    private final Map<StepKind, Integer> kinds = new EnumMap<>(StepKind.class);
    private final @Nullable ProgressBar bar;
    private final long start = System.nanoTime();
    private long lastLine = start;
    private int done;

    /**
     * @param task a word before the bar
     * @param total steps to come
     */
    StepProgress(Console console, String task, int total) {
        this.console = console;
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

    /** One more step is done. */
    synchronized void step(StepKind kind) {
        done++;
        kinds.merge(kind, 1, Integer::sum);
        if (bar != null) {
            bar.setExtraMessage(" " + counts());
            bar.step();
        } else if (System.nanoTime() - lastLine > LINE_NANOS && done < total) {
            lastLine = System.nanoTime();
            double left = (lastLine - start) / 1e9 / done * (total - done);
            console.err()
                    .printf(
                            Locale.ROOT,
                            "step %d of %d (%s), about %.0f s left%n",
                            done,
                            total,
                            counts(),
                            left);
        }
    }

    private String counts() {
        return kinds.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
