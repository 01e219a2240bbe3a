package org.clusca.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.clusca.onnx.OnnxEnvironment;

/** What this process has taken of its machine. */
record Usage(long resident, int threads, long files, long tensors, int sessions) {
    private static final long MIB = 1 << 20;

    static Usage now() {
        System.gc();
        return new Usage(
                residentBytes(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                openFiles(),
                OnnxEnvironment.openTensors(),
                OnnxEnvironment.openSessions());
    }

    private static long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static long openFiles() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** What was kept since then. */
    void assertNoMoreThan(Usage before) {
        System.out.println(before + " -> " + this);
        assertThat(tensors).as("native tensors").isEqualTo(before.tensors);
        assertThat(sessions).as("sessions").isLessThanOrEqualTo(before.sessions);
        assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + 2);
        assertThat(files).as("open files").isLessThanOrEqualTo(before.files + 2);
        assertThat(resident / MIB)
                .as("MiB of memory")
                .isLessThanOrEqualTo(before.resident / MIB * 105 / 100 + 16);
    }
}
