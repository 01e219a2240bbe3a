package org.clusca.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** One line for each request, and for what happens to the service. */
final class ServerLog {
    private static final int LONGEST = 300;

    private final Consumer<String> lines;

    ServerLog(Consumer<String> lines) {
        this.lines = lines;
    }

    void line(String text) {
        lines.accept(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + oneLine(text));
    }

    /** What clients send must not make lines of its own. */
    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
