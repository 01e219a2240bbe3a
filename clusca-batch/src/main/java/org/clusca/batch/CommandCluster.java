package org.clusca.batch;

import java.util.List;
import java.util.ServiceLoader;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * Machines that run {@link Commands}; found by {@link ServiceLoader}, as {@code clusca-spark} is.
 */
public interface CommandCluster {
    /** Whether an address such as {@code spark://host:7077} is one of its kind. */
    boolean reaches(String master);

    /**
     * Runs command lines side by side, as far as there is room, and waits for all of them. A
     * command may run twice, where a machine dies.
     *
     * @throws CluscaException RUNTIME when one of them fails, with what it said
     */
    void run(String master, List<List<String>> commandLines);

    /**
     * @throws CluscaException UNKNOWN_NAME when there is none on the class path
     */
    static CommandCluster of(String master) {
        for (CommandCluster cluster : ServiceLoader.load(CommandCluster.class)) {
            if (cluster.reaches(master)) {
                return cluster;
            }
        }
        throw new CluscaException(
                ErrorCode.UNKNOWN_NAME,
                "Nothing on the class path reaches '"
                        + master
                        + "'; spark://HOST:PORT needs clusca-spark and Spark there"
                        + " (CLUSCA_CLASSPATH, see docs/scaling.md).");
    }
}
