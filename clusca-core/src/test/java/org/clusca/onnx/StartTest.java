package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime starts in a process of its own. */
final class StartTest {
    @TempDir private Path folder;

    /** What the other process runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            System.out.println("started with " + OnnxEnvironment.get(1).threads() + " thread");
        }
    }

    /** Which alone would crash it. */
    @Test
    void aLongCommandLine() throws IOException, InterruptedException {
        start("/opt/service/lib/some-library-1.0.jar:".repeat(2000));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "keeps the files of loaded libraries")
    void leavesNothingInTheTemporaryFolder() throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        start("", "-Djava.io.tmpdir=" + temporary);

        assertThat(temporary).isEmptyDirectory();
    }

    private void start(String argument, String... options)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                Main.class.getName(),
                                argument)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.command().addAll(1, List.of(options));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output)).contains("started with 1 thread");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
