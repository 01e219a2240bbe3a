package org.clusca.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Child processes that each run a share of the cells of a sweep. */
final class SweepWorkers {
    private static final int LOOK_SECONDS = 1;

    private SweepWorkers() {}

    /**
     * Waits for all of them.
     *
     * @param arguments of the sweep, as they were given
     * @param done how many cells are
     * @param progress is told when that changes
     */
    static void run(List<String> arguments, int workers, IntSupplier done, IntConsumer progress) {
        List<Process> processes = new ArrayList<>();
        Runnable stop = () -> processes.forEach(Process::destroyForcibly);
        Interruption.remember(stop);
        try {
            for (int i = 0; i < workers; i++) {
                processes.add(start(arguments, i + "/" + workers));
            }
            while (processes.stream().anyMatch(Process::isAlive)) {
                processes.get(0).waitFor(LOOK_SECONDS, TimeUnit.SECONDS);
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
                progress.accept(done.getAsInt());
            }
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, "A worker could not be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CluscaException(ErrorCode.INTERRUPTED, "The sweep was interrupted.", e);
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

    private static Process start(List<String> arguments, String share) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        command.addAll(List.of("--share", share));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
