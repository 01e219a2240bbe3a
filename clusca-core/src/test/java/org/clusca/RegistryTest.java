package org.clusca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.cluster.KMeans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking factories up by name, and finding them. */
final class RegistryTest {
    @TempDir private Path folder;

    /** Stands before the other on the class path. */
    public static final class First extends Named {
        public First() {
            super("twin");
        }
    }

    public static final class Second extends Named {
        public Second() {
            super("twin");
        }
    }

    public static final class Shouting extends Named {
        public Shouting() {
            super("K Means!");
        }
    }

    /** Cannot be made. */
    public static final class Failing extends Named {
        public Failing() {
            super("failing");
            throw new IllegalStateException("no licence");
        }
    }

    /** A factory of k-means under another name. */
    abstract static class Named implements ClustererFactory {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public Clusterer create(Options options) {
            return KMeans.standard();
        }
    }

    @Test
    void aMissingNameIsToldWhatThereIs() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("random", "R");
        parts.put("kmeans", "K");
        Registry<String> registry = new Registry<>("clusterer", parts);
        assertThat(registry.names()).containsExactly("kmeans", "random");
        assertThat(registry.all()).containsExactly("K", "R");
        assertThat(registry.get("random")).isEqualTo("R");
        assertRefused(
                ErrorCode.UNKNOWN_NAME,
                () -> registry.get("kmens"),
                "No clusterer named 'kmens'",
                "Did you mean kmeans?",
                "Available: kmeans, random",
                "class path");
    }

    @Test
    void ofTwoWithOneNameTheFirstWins() throws IOException {
        Registry<ClustererFactory> found =
                load(First.class.getName() + "\n" + Second.class.getName());
        assertThat(found.get("twin")).isInstanceOf(First.class);
    }

    @Test
    void whatCluscaBringsAlongCannotBeShadowed() throws IOException {
        assertThat(load("").names()).contains("kmeans", "kmeans++", "consecutive", "random");
        assertThat(Registry.origin(load("").get("kmeans"))).contains("clusca-core");
    }

    @Test
    void oneLineOfLogSaysWhatWasFoundAndWhatWasShadowed() throws IOException {
        Logger logger = Logger.getLogger(Registry.class.getName());
        List<LogRecord> records = new ArrayList<>();
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord record) {
                        records.add(record);
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Level before = logger.getLevel();
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try {
            load(First.class.getName() + "\n" + Second.class.getName());
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertThat(records).hasSize(1);
        String[] line = records.get(0).getMessage().split("; shadowed: ");
        assertThat(line[0])
                .startsWith("clusterer: ")
                .contains(First.class.getName(), "org.clusca.cluster.KMeans")
                .doesNotContain(Second.class.getName());
        assertThat(line[1]).startsWith(Second.class.getName());
    }

    @Test
    void badNamesAreRefused() {
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> load(Shouting.class.getName()),
                Shouting.class.getName(),
                "'K Means!'",
                "lower-case");
    }

    @Test
    void brokenEntriesAreSaid() {
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> load("org.example.Missing"),
                "org.example.Missing",
                "Mend or remove its jar");
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> load(RegistryTest.class.getName()),
                RegistryTest.class.getName(),
                "jar");
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> load(Failing.class.getName()),
                Failing.class.getName());
        assertRefused(ErrorCode.INCOMPATIBLE, () -> load("not a class name"), "cannot be loaded");
    }

    @Test
    void aThreadWithoutPluginsStillHasCluscasOwn() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            for (ClassLoader loader :
                    new ClassLoader[] {null, ClassLoader.getPlatformClassLoader()}) {
                thread.setContextClassLoader(loader);
                assertThat(Clusca.create().policies().names())
                        .contains("none", "fora", "taylorseer", "clusca");
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** As found by a thread whose loader knows these services too. */
    private Registry<ClustererFactory> load(String services) throws IOException {
        Path file = folder.resolve("META-INF/services/" + ClustererFactory.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, services);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {url(folder)}, before)) {
            thread.setContextClassLoader(loader);
            return Registry.of(
                    "clusterer", ClustererFactory.class, ClustererFactory::name, Map.of());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }
}
