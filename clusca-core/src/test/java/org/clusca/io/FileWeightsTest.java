package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.io.RawSafetensors.info;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWeightsTest {
    @TempDir Path folder;
    private Path file;
    private Weights weights;

    @BeforeEach
    void open() {
        String header =
                "{\"blocks.0.weight\":"
                        + info("BF16", "[2,3]", "[0,12]")
                        + ",\"ids\":"
                        + info("I64", "[1]", "[12,20]")
                        + "}";
        file = RawSafetensors.write(folder.resolve("w.safetensors"), header, new byte[20]);
        weights = FileWeights.of(SafetensorsFile.open(file));
    }

    @Test
    void whereAWeightLies() throws IOException {
        Weight weight = weights.get("blocks.0.weight", 2, 3);

        assertThat(weight.name()).isEqualTo("blocks.0.weight");
        assertThat(weight.dtype()).isEqualTo(Weight.DType.BF16);
        assertThat(weight.shape()).containsExactly(2, 3);
        assertThat(weight.file()).isEqualTo(file.toRealPath());
        assertThat(weight.offset() + 20).isEqualTo(file.toFile().length());
        assertThat(weights.names()).containsExactlyInAnyOrder("blocks.0.weight", "ids");
        assertThat(weights.origin()).isEqualTo(file.toString());
    }

    @Test
    void otherShape() {
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> weights.get("blocks.0.weight", 3, 2),
                file,
                "tensor blocks.0.weight",
                "expected shape [3, 2]",
                "found [2, 3]");
    }

    @Test
    void missingTensor() {
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> weights.get("blocks.1.weight", 2, 3),
                file,
                "no tensor blocks.1.weight",
                "Near: blocks.0.weight");
    }

    @Test
    void otherDtype() {
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> weights.get("ids", 1),
                file,
                "tensor ids",
                "F32, F16, BF16",
                "found I64");
    }

    @Test
    void severalFiles() throws IOException {
        Path other = folder.resolve("x.safetensors");
        SafetensorsWriter.write(other, Map.of("x", Tensor.zeros(4)));

        Weights both =
                FileWeights.of(
                        "both", List.of(SafetensorsFile.open(file), SafetensorsFile.open(other)));

        assertThat(both.get("x", 4).file()).isEqualTo(other.toRealPath());
        assertThat(both.get("blocks.0.weight", 2, 3).file()).isEqualTo(file.toRealPath());
    }

    @Test
    void oneNameInTwoFiles() {
        SafetensorsFile opened = SafetensorsFile.open(file);
        Path other = folder.resolve("x.safetensors");
        SafetensorsWriter.write(other, Map.of("ids", Tensor.zeros(4)));

        assertRefused(
                ErrorCode.CORRUPT_FILE,
                () -> FileWeights.of("both", List.of(opened, SafetensorsFile.open(other))),
                file,
                other,
                "tensor ids");
    }
}
