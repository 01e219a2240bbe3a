package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.api.Tensor;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference set is complete and readable; the other golden tests build on it. */
@Tag("golden")
class GoldenSetTest {
    @ParameterizedTest
    @ValueSource(strings = {"dit", "dit_cache"})
    void everyTensorReads(String name) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Golden.folder(name))) {
            files = all.filter(file -> file.toString().endsWith(".safetensors")).toList();
        }

        assertThat(files).isNotEmpty();
        for (Path path : files) {
            SafetensorsFile file = SafetensorsFile.open(path);
            assertThat(file.entries()).as("tensors of %s", path).isNotEmpty();
            for (SafetensorsFile.Entry entry : file.entries().values()) {
                String what = entry.name() + " of " + path.getFileName();
                if (entry.dtype().startsWith("F")) {
                    assertThat(file.tensor(entry.name()).isFinite()).as(what).isTrue();
                } else {
                    assertThat(file.longs(entry.name()))
                            .as(what)
                            .hasSize((int) Tensor.count(file.shape(entry.name())));
                }
            }
        }
    }
}
