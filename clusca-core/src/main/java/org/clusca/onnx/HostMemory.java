package org.clusca.onnx;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine has to give. */
public final class HostMemory {
    private HostMemory() {}

    /**
     * What the machine can give without swapping; a container's limit counts where the JVM sees it.
     */
    public static long available() {
        long total = Long.MAX_VALUE;
        long free = Long.MAX_VALUE;
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            total = system.getTotalMemorySize();
            free = system.getFreeMemorySize();
        }
        try {
            // free pages alone would not count the file cache, which the system gives back when
            // asked
            long physical = meminfo("MemTotal:");
            return total < physical / 100 * 99 ? free : meminfo("MemAvailable:");
        } catch (IOException | NumberFormatException e) {
            return free;
        }
    }

    private static long meminfo(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no " + key);
    }
}
