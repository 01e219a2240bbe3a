package org.clusca.spark;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.batch.CommandCluster;
import org.clusca.batch.Commands;

/**
 * Runs command lines as the tasks of a Spark job, each in a partition of its own. Spark's settings
 * are taken from system properties ({@code -Dspark.executor.memory=8g}); executors get the class
 * path of this process unless these say otherwise.
 */
public final class SparkCommands implements CommandCluster {
    private static final String CLASS_PATH = "spark.executor.extraClassPath";
    private static final String OPTIONS = "spark.executor.extraJavaOptions";

    /** What cannot be in a line of arguments. */
    private static final String BETWEEN = "\u0000";

    @Override
    public boolean reaches(String master) {
        return master.startsWith("spark://") || master.matches("local(\\[.*])?");
    }

    @Override
    public void run(String master, List<List<String>> commandLines) {
        SparkSession.Builder builder = SparkSession.builder().master(master).appName("clusca");
        if (System.getProperty(CLASS_PATH) == null) {
            builder.config(CLASS_PATH, System.getProperty("java.class.path"));
        }
        if (System.getProperty(OPTIONS) == null) {
            builder.config(OPTIONS, String.join(" ", Opened.options()));
        }
        List<String> lines = new ArrayList<>();
        commandLines.forEach(arguments -> lines.add(String.join(BETWEEN, arguments)));
        SparkSession session = builder.getOrCreate();
        try {
            Dataset<String> commands =
                    session.createDataset(lines, Encoders.STRING()).repartition(lines.size());
            for (String failure : run(commands)) {
                if (!failure.isEmpty()) {
                    throw new CluscaException(
                            ErrorCode.RUNTIME, "A command failed on the cluster: " + failure);
                }
            }
        } catch (RuntimeException e) {
            throw e instanceof CluscaException ? e : failed(master, e);
        } finally {
            session.stop();
        }
    }

    private static List<String> run(Dataset<String> commands) {
        return commands.map((MapFunction<String, String>) SparkCommands::run, Encoders.STRING())
                .collectAsList();
    }

    private static CluscaException failed(String master, Exception e) {
        String said =
                e.getCause() instanceof SparkException cause
                        ? String.valueOf(cause.getMessage())
                        : String.valueOf(e.getMessage());
        return new CluscaException(
                ErrorCode.RUNTIME,
                "The cluster " + master + " failed: " + said.lines().findFirst().orElse(""),
                e);
    }

    /** On an executor; what the command said where it failed. */
    private static String run(String line) {
        Commands commands = ServiceLoader.load(Commands.class).findFirst().orElseThrow();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int code =
                commands.run(
                        List.of(line.split(BETWEEN, -1)),
                        nowhere,
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        return code == 0 ? "" : said.toString(StandardCharsets.UTF_8).strip();
    }
}
