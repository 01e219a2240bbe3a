package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * The models that come as artifacts, such as {@code clusca-embedded-emoji}. The files of model
 * {@code emoji} are in {@code META-INF/clusca/embedded/emoji}, and a line of {@code
 * META-INF/clusca/embedded-models} names it; every artifact on the class path has such a list.
 * Weights are read from files, so from a jar a model is unpacked once, into {@link CacheFolder},
 * or, where that cannot be written, once for every process.
 */
public final class EmbeddedModels {
    private static final String LIST = "META-INF/clusca/embedded-models";
    private static final String FOLDER = "META-INF/clusca/embedded/";

    private EmbeddedModels() {}

    /** The names there are on the class path, in their order. */
    public static Set<String> names() {
        return names(loader());
    }

    /**
     * The directory of a model.
     *
     * @throws CluscaException UNKNOWN_NAME when none of that name is on the class path, IO when it
     *     cannot be unpacked
     */
    public static Path path(String name) {
        return path(name, loader(), CacheFolder.usual());
    }

    static Set<String> names(ClassLoader loader) {
        Set<String> names = new TreeSet<>();
        try {
            for (URL list : Collections.list(loader.getResources(LIST))) {
                URLConnection connection = list.openConnection();
                connection.setUseCaches(false);
                try (InputStream file = connection.getInputStream()) {
                    new String(file.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(String::strip)
                            .filter(name -> !name.isEmpty())
                            .forEach(names::add);
                }
            }
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, "The embedded models cannot be listed: " + e.getMessage(), e);
        }
        return names;
    }

    static Path path(String name, ClassLoader loader, Path cache) {
        Set<String> names = names(loader);
        URL index =
                names.contains(name)
                        ? loader.getResource(FOLDER + name + "/model_index.json")
                        : null;
        if (index == null) {
            throw new CluscaException(
                    ErrorCode.UNKNOWN_NAME,
                    "There is no embedded model '"
                            + name
                            + "' on the class path. There are: "
                            + (names.isEmpty() ? "none" : String.join(", ", names))
                            + ". Each is an artifact of its own: org.clusca:clusca-embedded-NAME.");
        }
        try {
            if (index.getProtocol().equals("file")) {
                return requireNonNull(Path.of(index.toURI()).getParent());
            }
            if (index.openConnection() instanceof JarURLConnection connection) {
                connection.setUseCaches(false);
                try (JarFile jar = connection.getJarFile()) {
                    return unpacked(jar, name, cache);
                }
            }
            throw new CluscaException(
                    ErrorCode.IO,
                    "The embedded model " + name + " cannot be read from " + index + ".");
        } catch (IOException | URISyntaxException e) {
            throw new CluscaException(
                    ErrorCode.IO,
                    "The embedded model "
                            + name
                            + " cannot be unpacked into "
                            + cache
                            + ": "
                            + e.getMessage()
                            + ". Set CLUSCA_CACHE to a folder that can be written.",
                    e);
        }
    }

    private static Path unpacked(JarFile jar, String name, Path cache) throws IOException {
        String folder = FOLDER + name + "/";
        List<JarEntry> entries =
                jar.stream()
                        .filter(entry -> entry.getName().startsWith(folder))
                        .filter(entry -> !entry.isDirectory())
                        .sorted(Comparator.comparing(JarEntry::getName))
                        .toList();
        long key = 0;
        for (JarEntry entry : entries) {
            key = 31 * (31 * key + entry.getName().hashCode()) + entry.getCrc();
        }
        // the name of the last folder is the model's name in reports
        Path own = Path.of("models-" + Long.toHexString(key), name);
        if (Files.isDirectory(cache.resolve(own))) {
            return cache.resolve(own);
        }
        Path target = (isWritable(cache) ? cache : temporary()).resolve(own);
        if (Files.isDirectory(target)) {
            return target;
        }
        Path home = Files.createDirectories(target.getParent());
        Path temporary = Files.createTempDirectory(home, ".part");
        try {
            for (JarEntry entry : entries) {
                Path file = temporary.resolve(entry.getName().substring(folder.length()));
                Files.createDirectories(file.getParent());
                try (InputStream content = jar.getInputStream(entry)) {
                    Files.copy(content, file);
                }
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // another process may have been faster, with the same files
            if (!Files.isDirectory(target)) {
                throw e;
            }
        } finally {
            Folders.delete(temporary);
        }
        return target;
    }

    private static boolean isWritable(Path cache) {
        try {
            Folders.probe(Files.createDirectories(cache));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path temporary() {
        Folders.requireTemporary("an embedded model");
        return InPlaceOfTheCache.FOLDER;
    }

    /** One for the process, which takes it along when it ends. */
    private static final class InPlaceOfTheCache {
        static final Path FOLDER = make();

        private static Path make() {
            try {
                Path folder = Files.createTempDirectory("clusca");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try {
                Folders.delete(folder);
            } catch (IOException e) {
                // nobody is left to be told
            }
        }
    }

    private static ClassLoader loader() {
        // as ServiceLoader does it, by which everything else on the class path is found
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? EmbeddedModels.class.getClassLoader() : context;
    }
}
