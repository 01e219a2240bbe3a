package org.clusca.examples;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * The model that ships with Clusca: 50 classes of emoji. Weights are read from files, so from a jar
 * it is unpacked once, into {@code ~/.cache/clusca} or where {@code XDG_CACHE_HOME} says.
 */
public final class EmbeddedModel {
    private static final String FOLDER = "models/emoji";

    private EmbeddedModel() {}

    /** Its directory. */
    public static Path path() {
        URL index = EmbeddedModel.class.getResource("/" + FOLDER + "/model_index.json");
        if (index == null) {
            throw new CluscaException(
                    ErrorCode.NOT_FOUND,
                    "The embedded model is not on the class path; name one with --model.");
        }
        try {
            if (index.getProtocol().equals("file")) {
                return Path.of(index.toURI()).getParent();
            }
            if (index.openConnection() instanceof JarURLConnection connection) {
                connection.setUseCaches(false);
                try (JarFile jar = connection.getJarFile()) {
                    return unpacked(jar, cache());
                }
            }
            throw new CluscaException(
                    ErrorCode.NOT_FOUND, "The embedded model cannot be read from " + index + ".");
        } catch (IOException | URISyntaxException e) {
            throw new CluscaException(
                    ErrorCode.IO,
                    "The embedded model cannot be unpacked: "
                            + e.getMessage()
                            + ". Set XDG_CACHE_HOME to a folder that can be written.",
                    e);
        }
    }

    static Path unpacked(JarFile jar, Path cache) throws IOException {
        List<JarEntry> entries =
                jar.stream()
                        .filter(entry -> entry.getName().startsWith(FOLDER + "/"))
                        .filter(entry -> !entry.isDirectory())
                        .sorted(Comparator.comparing(JarEntry::getName))
                        .toList();
        long key = 0;
        for (JarEntry entry : entries) {
            key = 31 * (31 * key + entry.getName().hashCode()) + entry.getCrc();
        }
        // the name of the last folder is the model's name in reports
        Path home = cache.resolve("models-" + Long.toHexString(key));
        Path target = home.resolve("emoji");
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(home);
        Path temporary = Files.createTempDirectory(home, ".part");
        try {
            for (JarEntry entry : entries) {
                Path file = temporary.resolve(entry.getName().substring(FOLDER.length() + 1));
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

    private static Path cache() throws IOException {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path cache =
                configured != null && !configured.isBlank()
                        ? Path.of(configured, "clusca")
                        : Path.of(System.getProperty("user.home"), ".cache", "clusca");
        try {
            return Files.createDirectories(cache);
        } catch (IOException e) {
            return Files.createTempDirectory("clusca");
        }
    }
}
