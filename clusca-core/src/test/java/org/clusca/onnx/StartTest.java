package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime starts in a process of its own. */
final class StartTest {
    private static final String ANOTHER_LIBRARY = "another library";
    private static final String END = "end";

    @TempDir private Path folder;

    /** What the other process runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            if (arguments[0].equals(ANOTHER_LIBRARY)) {
                OrtEnvironment.getEnvironment();
                run();
            }
            System.out.println("started with " + OnnxEnvironment.get(1).threads() + " thread");
            if (arguments[0].equals(END)) {
                closeAsTheHookDoes();
                run();
            }
        }

        private static void closeAsTheHookDoes() {
            try {
                OnnxEnvironment environment = OnnxEnvironment.get(0);
                Field api =
                        Class.forName("ai.onnxruntime.OnnxRuntime")
                                .getDeclaredField("ortApiHandle");
                Method handle = OrtEnvironment.class.getDeclaredMethod("getNativeHandle");
                Method close =
                        OrtEnvironment.class.getDeclaredMethod("close", long.class, long.class);
                AccessibleObject.setAccessible(new AccessibleObject[] {api, handle, close}, true);
                close.invoke(null, api.getLong(null), handle.invoke(environment.ort()));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private static void run() {
            OnnxGraph graph = new OnnxGraph("double", Weights.none("The test"));
            Value x = graph.input("x", ElementType.FLOAT32, "count");
            graph.output("y", graph.add(x, x));
            Device device = new CpuDevice(1);
            try (OnnxSession session = OnnxSession.load(device, graph);
                    DeviceTensor zeros = device.allocate(ElementType.FLOAT32, 2);
                    DeviceTensor target = device.view(Tensor.zeros(2))) {
                session.run(Map.of("x", zeros), Map.of("y", target));
                Tensor sum = session.run(Map.of("x", Tensor.of(new float[] {1, 2}, 2)), "y", 2);
                System.out.println("the sums are " + Arrays.toString(sum.toArray()));
            }
        }
    }

    /** Which alone would crash it. */
    @Test
    void aLongCommandLine() throws IOException, InterruptedException {
        start("/opt/service/lib/some-library-1.0.jar:".repeat(2000));
    }

    /** Whose environment is used, with threads of the sessions' own. */
    @Test
    void afterAnotherLibraryHasStartedIt() throws IOException, InterruptedException {
        start(ANOTHER_LIBRARY);

        assertThat(Files.readString(folder.resolve("output"))).contains("the sums are [2.0, 4.0]");
    }

    /** ONNX Runtime's own shutdown hook runs beside generations. */
    @Test
    void computesWhileTheProcessEnds() throws IOException, InterruptedException {
        start(END);

        assertThat(Files.readString(folder.resolve("output"))).contains("the sums are [2.0, 4.0]");
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
