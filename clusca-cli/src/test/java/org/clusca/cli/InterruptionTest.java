package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a process says and leaves behind that is told to end. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process ends there without a signal")
final class InterruptionTest {
    private static final int TERMINATED = 128 + 15;
    private static final String FILE = "a file";
    private static final String FRAME = "a frame of a video";
    private static final String STEP = "a step";

    @TempDir private Path folder;

    /** What the other process runs. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws InterruptedException {
            Path file = Path.of(arguments[1]);
            Interruption.install(System.out);
            switch (arguments[0]) {
                case FILE -> Interruption.writing(() -> write(file));
                case FRAME -> {
                    Interruption.remember(() -> file.toFile().delete());
                    Interruption.writing(() -> write(file));
                }
                default -> System.out.println("begun");
            }
            Thread.sleep(Long.MAX_VALUE);
        }

        /** Only goes on once the process has been told to end. */
        private static void write(Path file) {
            try {
                Files.writeString(file, "hal");
                System.out.println("begun");
                Thread.sleep(500);
                Files.writeString(file, "whole");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aFileThatIsBeingWrittenBecomesWhole() throws IOException, InterruptedException {
        assertThat(stopped(FILE)).contains("clusca: stopped; what was being written is whole.");

        assertThat(folder.resolve("out")).hasContent("whole");
    }

    @Test
    void aVideoOfWhichFramesAreMissingIsDeleted() throws IOException, InterruptedException {
        assertThat(stopped(FRAME)).contains("clusca: stopped; nothing unfinished is left behind.");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aComputationIsGivenUp() throws IOException, InterruptedException {
        assertThat(stopped(STEP)).contains("clusca: stopped; nothing unfinished is left behind.");

        assertThat(folder).isEmptyDirectory();
    }

    /** What a process printed that was told to end at {@code what}. */
    private String stopped(String what) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                Child.class.getName(),
                                what,
                                folder.resolve("out").toString()));
        builder.redirectErrorStream(true);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("begun");
            process.toHandle().destroy();
            String rest = output.lines().collect(Collectors.joining("\n"));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
            return rest;
        } finally {
            process.destroyForcibly();
        }
    }
}
