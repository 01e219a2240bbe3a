package org.clusca.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedModelTest {
    @TempDir private Path folder;

    @Test
    void isUnpackedFromAJarOnce() throws IOException {
        Path model = EmbeddedModel.path();
        Path packed = folder.resolve("examples.jar");
        try (OutputStream file = Files.newOutputStream(packed);
                JarOutputStream jar = new JarOutputStream(file);
                Stream<Path> walk = Files.walk(model)) {
            for (Path entry : walk.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry("models/emoji/" + model.relativize(entry)));
                Files.copy(entry, jar);
            }
        }
        Path cache = folder.resolve("cache");
        try (JarFile jar = new JarFile(packed.toFile())) {
            Path unpacked = EmbeddedModel.unpacked(jar, cache);

            assertThat(unpacked.getFileName()).hasToString("emoji");
            assertThat(unpacked.resolve("vae/diffusion_pytorch_model.safetensors"))
                    .hasSameBinaryContentAs(
                            model.resolve("vae/diffusion_pytorch_model.safetensors"));
            Files.delete(unpacked.resolve("README.md"));
            assertThat(EmbeddedModel.unpacked(jar, cache)).isEqualTo(unpacked);
            assertThat(unpacked.resolve("README.md")).doesNotExist();
        }
        try (Stream<Path> left = Files.walk(cache)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith(".part")))
                    .isEmpty();
        }
    }
}
