package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime starts in a process with a long command line, which alone would crash it. */
final class LongCommandLineTest {
    @TempDir private Path folder;

    /** What the other process runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            System.out.println("started with " + OnnxEnvironment.get(1).threads() + " thread");
        }
    }

    @Test
    void startsInAnotherProcess() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                Main.class.getName(),
                                "/opt/service/lib/some-library-1.0.jar:".repeat(2000))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
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
