package org.clusca.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A standalone Spark cluster on loopback, of processes with the class path of this test: a master
 * and workers with a core each.
 */
final class Cluster implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final Path folder;
    private final int port;
    private final Process master;
    private final List<Process> workers = new ArrayList<>();

    Cluster(Path folder, int workers) throws IOException {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // where Spark looks for its jars; the class path holds them
        Files.createDirectories(folder.resolve("home/jars"));
        master =
                start(
                        "master",
                        "org.apache.spark.deploy.master.Master",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--webui-port",
                        "0");
        await("the master", () -> log("master").contains("I have been elected leader"));
        for (int i = 0; i < workers; i++) {
            String name = "worker" + i;
            this.workers.add(
                    start(
                            name,
                            "org.apache.spark.deploy.worker.Worker",
                            "--host",
                            "127.0.0.1",
                            "--webui-port",
                            "0",
                            "--cores",
                            "1",
                            "--memory",
                            "1g",
                            "--work-dir",
                            folder.resolve(name).toString(),
                            url()));
            await(name, () -> log(name).contains("Successfully registered with master"));
        }
    }

    String url() {
        return "spark://127.0.0.1:" + port;
    }

    private Process start(String name, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Opened.options());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "SPARK_LOCAL_IP", "127.0.0.1",
                                "SPARK_HOME", folder.resolve("home").toString(),
                                "SPARK_SCALA_VERSION", "2.13"));
        File log = folder.resolve(name + ".log").toFile();
        return builder.redirectOutput(log).start();
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return "";
        }
    }

    static void await(String what, BooleanSupplier there) {
        Instant end = Instant.now().plus(LONGEST);
        while (!there.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException(what + " did not come");
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** As the machine of a worker that dies: with the executors that it has started. */
    void kill(int worker) {
        kill(workers.get(worker));
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        workers.forEach(Cluster::kill);
        kill(master);
    }
}
