package org.clusca.batch;

import java.io.PrintStream;
import java.util.List;

/**
 * The command line, for those who run it within a process of theirs; found by {@link
 * java.util.ServiceLoader}.
 */
public interface Commands {
    /**
     * @param arguments as behind {@code clusca}
     * @return 0 when it did what was asked for
     */
    int run(List<String> arguments, PrintStream out, PrintStream err);
}
