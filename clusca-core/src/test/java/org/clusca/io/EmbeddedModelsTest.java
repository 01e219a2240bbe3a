package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedModelsTest {
    private static final Map<String, String> FILES =
            Map.of(
                    "META-INF/clusca/embedded-models", "tiny\n",
                    "META-INF/clusca/embedded/tiny/model_index.json", "{}",
                    "META-INF/clusca/embedded/tiny/vae/config.json", "{\"scale\": 1}",
                    "META-INF/clusca/embedded/tinier/model_index.json", "{\"another\": true}");

    @TempDir private Path folder;

    @Test
    void isUnpackedFromAJarOnce() throws IOException {
        Path cache = folder.resolve("cache");
        try (URLClassLoader loader = classPath(jar())) {
            Path unpacked = EmbeddedModels.path("tiny", loader, cache);

            assertThat(unpacked)
                    .hasFileName("tiny")
                    .isDirectoryRecursivelyContaining("glob:**/vae/*");
            assertThat(unpacked.resolve("model_index.json")).hasContent("{}");
            Files.delete(unpacked.resolve("vae/config.json"));
            assertThat(EmbeddedModels.path("tiny", loader, cache)).isEqualTo(unpacked);
            assertThat(unpacked.resolve("vae/config.json")).doesNotExist();
        }
        try (Stream<Path> left = Files.walk(cache)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith(".part")))
                    .isEmpty();
        }
    }

    /** What the other process runs: it opens the model twice and says where it is. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws IOException {
            try (URLClassLoader loader = classPath(Path.of(arguments[0]))) {
                for (int i = 0; i < 2; i++) {
                    Path unpacked = EmbeddedModels.path("tiny", loader, Path.of(arguments[1]));
                    assertThat(unpacked.resolve("model_index.json")).hasContent("{}");
                    System.out.println(unpacked);
                }
            }
        }
    }

    @Test
    void withoutACacheItIsUnpackedOnceForTheProcess() throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path output = folder.resolve("output");
        Path noFolder = Files.createFile(folder.resolve("file"));
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + temporary,
                                Main.class.getName(),
                                jar().toString(),
                                noFolder.resolve("cache").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            List<String> paths = Files.readAllLines(output);
            assertThat(process.exitValue()).as(String.join("\n", paths)).isZero();
            assertThat(paths).hasSize(2).allMatch(path -> path.startsWith(temporary.toString()));
            assertThat(paths.get(1)).isEqualTo(paths.get(0));
            assertThat(temporary).isEmptyDirectory();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void isReadWhereItIsInAFolder() throws IOException {
        Path classes = folder.resolve("classes");
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            Path path = classes.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        try (URLClassLoader loader = classPath(classes)) {
            assertThat(EmbeddedModels.names(loader)).containsExactly("tiny");
            assertThat(EmbeddedModels.path("tiny", loader, folder.resolve("cache")))
                    .isEqualTo(classes.resolve("META-INF/clusca/embedded/tiny"));
        }
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void aNameThatNoListHasIsRefused() throws IOException {
        try (URLClassLoader loader = classPath(jar())) {
            assertThatThrownBy(() -> EmbeddedModels.path("tinier", loader, folder))
                    .isInstanceOfSatisfying(
                            CluscaException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
                    .hasMessageContaining("'tinier'")
                    .hasMessageContaining("There are: tiny.");
        }
    }

    private static URLClassLoader classPath(Path entry) throws IOException {
        return new URLClassLoader(new URL[] {entry.toUri().toURL()}, null);
    }

    private Path jar() throws IOException {
        Path path = folder.resolve("embedded.jar");
        try (OutputStream file = Files.newOutputStream(path);
                JarOutputStream jar = new JarOutputStream(file)) {
            for (Map.Entry<String, String> entry : FILES.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return path;
    }
}
