package org.clusca.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.api.cache.StepKind;

/** How far the steps are, and after them the frames that are decoded. */
final class StepProgress implements AutoCloseable {
    private final Console console;
    private final int frames;
    private final Map<StepKind, Integer> kinds = new EnumMap<>(StepKind.class);
    private Progress progress;

    /**
     * @param task a word before the bar
     * @param steps to come
     */
    StepProgress(Console console, String task, int steps) {
        this(console, task, steps, 0);
    }

    /**
     * @param frames that are decoded after the steps; 0 for pictures
     */
    StepProgress(Console console, String task, int steps, int frames) {
        this.console = console;
        this.frames = frames;
        progress = new Progress(console, task, "step", steps);
    }

    /** One more step is done. */
    synchronized void step(StepKind kind) {
        kinds.merge(kind, 1, Integer::sum);
        progress.advance(counts());
        if (frames > 0 && progress.finished()) {
            progress.close();
            progress = new Progress(console, "decode", "frame", frames);
        }
    }

    /** One more frame is decoded. */
    synchronized void frame() {
        progress.advance("");
    }

    private String counts() {
        return kinds.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    @Override
    public synchronized void close() {
        progress.close();
    }
}
