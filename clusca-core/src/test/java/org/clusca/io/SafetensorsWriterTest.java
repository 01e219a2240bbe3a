package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir Path folder;

    @Test
    void whatIsWrittenReadsBack() {
        Path file = folder.resolve("weights.safetensors");
        float[] many = new float[300_001];
        for (int i = 0; i < many.length; i++) {
            many[i] = i * 0.5f;
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", Tensor.of(new float[] {1, Float.NaN, -0f}, 3, 1));
        tensors.put("größe \"ä\"", Tensor.of(new float[] {4}));
        tensors.put("many", Tensor.of(many, many.length));
        tensors.put("empty", Tensor.zeros(2, 0));

        SafetensorsWriter.write(file, tensors);

        SafetensorsFile read = SafetensorsFile.open(file);
        assertThat(read.entries().keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        assertThat(read.entries().get("z").offset() % 64).isZero();
        tensors.forEach(
                (name, tensor) -> {
                    assertThat(read.shape(name)).as(name).isEqualTo(tensor.shape());
                    assertThat(read.tensor(name).toArray()).as(name).isEqualTo(tensor.toArray());
                });
    }

    @Test
    void sourceIsAskedOncePerTensorInOrder() {
        Path file = folder.resolve("weights.safetensors");
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("b", new int[] {2});
        shapes.put("a", new int[] {1, 2});
        List<String> asked = new ArrayList<>();

        SafetensorsWriter.write(
                file,
                shapes,
                name -> {
                    asked.add(name);
                    return Tensor.of(new float[] {asked.size(), 0}, shapes.get(name));
                });

        assertThat(asked).containsExactly("b", "a");
        assertThat(SafetensorsFile.open(file).tensor("a").toArray()).containsExactly(2, 0);
    }

    @Test
    void aSourceThatFailsLeavesNothingAndTheOldFile() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        Files.writeString(file, "old");

        assertThatThrownBy(
                        () ->
                                SafetensorsWriter.write(
                                        file,
                                        Map.of("a", new int[] {1}),
                                        name -> {
                                            throw new IllegalStateException("no numbers");
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no numbers");

        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aTensorOfAnotherShapeThanDeclared() {
        Path file = folder.resolve("weights.safetensors");

        assertThatThrownBy(
                        () ->
                                SafetensorsWriter.write(
                                        file, Map.of("a", new int[] {2}), name -> Tensor.zeros(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("a", "[2]", "[3]");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatDoesNotExist() {
        Path file = folder.resolve("none").resolve("weights.safetensors");

        assertRefused(
                ErrorCode.IO,
                () -> SafetensorsWriter.write(file, Map.of()),
                file,
                "does not exist");
        assertThat(folder).isEmptyDirectory();
    }

    /** Whatever the order of {@code Map.of} in this run. */
    @Test
    void theSameTensorsAreTheSameBytes() throws IOException {
        Path file = folder.resolve("weights.safetensors");

        SafetensorsWriter.write(file, Map.of("a", Tensor.zeros(2)));

        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
    }
}
