package org.clusca.cli;

import java.io.PrintStream;
import java.util.List;
import org.clusca.batch.Commands;

/** This command line, for clusters. */
public final class OwnCommands implements Commands {
    @Override
    public int run(List<String> arguments, PrintStream out, PrintStream err) {
        return Main.run(arguments.toArray(String[]::new), out, err);
    }
}
