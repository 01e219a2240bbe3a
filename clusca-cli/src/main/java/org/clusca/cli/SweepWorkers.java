package org.clusca.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.batch.CommandCluster;
import org.jspecify.annotations.Nullable;

/**
 * Processes that each run a share of the cells of a sweep: children of this one, or on a cluster.
 */
final class SweepWorkers {
    private static final int LOOK_SECONDS = 1;

    private final List<String> arguments;
    private final int workers;

    /**
     * @param arguments of the sweep, as they were given
     */
    SweepWorkers(List<String> arguments, int workers) {
        this.arguments = arguments;
        this.workers = workers;
    }

    /**
     * Waits for all of them.
     *
     * @param master of a cluster; null for children
     * @param done how many cells are
     * @param progress is told when that changes
     */
    void run(@Nullable String master, IntSupplier done, IntConsumer progress) {
        try {
            if (master == null) {
                children(done, progress);
            } else {
                remote(master, done, progress);
            }
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, "A worker could not be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CluscaException(ErrorCode.INTERRUPTED, "The sweep was interrupted.", e);
        }
    }

    private void remote(String master, IntSupplier done, IntConsumer progress)
            throws InterruptedException {
        CommandCluster cluster = CommandCluster.of(master);
        List<List<String>> shares =
                IntStream.range(0, workers).mapToObj(i -> share(here(), i)).toList();
        CompletableFuture<Void> job = CompletableFuture.runAsync(() -> cluster.run(master, shares));
        while (!job.isDone()) {
            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            progress.accept(done.getAsInt());
        }
        try {
            job.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CluscaException known
                    ? known
                    : new CluscaException(
                            ErrorCode.RUNTIME, "The cluster failed: " + e.getCause(), e);
        }
    }

    /** Without what makes a sweep ask a cluster. */
    private List<String> here() {
        List<String> own = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--master")) {
                i++;
            } else if (!argument.startsWith("--master=")) {
                own.add(argument);
            }
        }
        return own;
    }

    private List<String> share(List<String> sweep, int index) {
        List<String> share = new ArrayList<>(sweep);
        share.addAll(List.of("--share", index + "/" + workers));
        return share;
    }

    private void children(IntSupplier done, IntConsumer progress)
            throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        Runnable stop = () -> processes.forEach(Process::destroyForcibly);
        Interruption.remember(stop);
        try {
            for (int i = 0; i < workers; i++) {
                processes.add(start(share(arguments, i)));
            }
            while (processes.stream().anyMatch(Process::isAlive)) {
                processes.get(0).waitFor(LOOK_SECONDS, TimeUnit.SECONDS);
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
                progress.accept(done.getAsInt());
            }
        } finally {
            stop.run();
            Interruption.forget(stop);
        }
        long failed = processes.stream().filter(process -> process.exitValue() != 0).count();
        if (failed > 0) {
            throw new CluscaException(
                    ErrorCode.RUNTIME,
                    failed
                            + " of "
                            + workers
                            + " workers failed, as said above; what is done is kept, and the same"
                            + " command goes on with the rest.");
        }
    }

    private static Process start(List<String> share) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(share);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
