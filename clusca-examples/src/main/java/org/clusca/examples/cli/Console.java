package org.clusca.examples.cli;

import java.io.PrintStream;

/**
 * Where the command line talks to.
 *
 * @param out results
 * @param err progress, warnings and errors
 * @param terminal whether {@code err} is a terminal, on which a line may be drawn over
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
    void warn(String message) {
        err.println("clusca: warning: " + message);
    }
}
