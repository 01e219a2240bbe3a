package org.clusca.cli;

import java.io.PrintStream;

/**
 * Where the command line talks to.
 *
 * @param out results
 * @param err progress, warnings and errors
 * @param columns width of the terminal that {@code err} is; 0 when it is none
 */
record Console(PrintStream out, PrintStream err, int columns) {
    void warn(String message) {
        err.println("clusca: warning: " + message);
    }
}
