package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Weights;
import org.clusca.testing.RawTorch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalModelDirectoryTest {
    @TempDir Path folder;
    private Path transformer;

    @BeforeEach
    void makeFolder() throws IOException {
        transformer = Files.createDirectories(folder.resolve("transformer"));
    }

    private static void tensor(Path file, String name) {
        SafetensorsWriter.write(file, Map.of(name, Tensor.zeros(2)));
    }

    private Weights weights() {
        return LocalModelDirectory.open(folder).weights("transformer");
    }

    @Test
    void missing() {
        Path none = folder.resolve("none");

        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> LocalModelDirectory.open(none),
                none,
                "there is no such file or folder");
    }

    @Test
    void empty() {
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> LocalModelDirectory.open(transformer),
                transformer,
                "the folder is empty");
    }

    @Test
    void aFileOfAnotherType() throws IOException {
        Path file = Files.writeString(folder.resolve("model.h5"), "");

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> LocalModelDirectory.open(file),
                file,
                ".safetensors");
    }

    @Test
    void aSingleFile() {
        Path file = folder.resolve("dit.safetensors");
        tensor(file, "a");

        LocalModelDirectory directory = LocalModelDirectory.open(file);

        assertThat(directory.path()).isEqualTo(file);
        assertThat(directory.weights("").names()).containsExactly("a");
        assertThat(directory.has("model_index.json")).isFalse();
        assertRefused(
                ErrorCode.NOT_FOUND, () -> directory.json("config.json"), file, "config.json");
        assertRefused(ErrorCode.NOT_FOUND, () -> directory.weights("vae"), file, "vae");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diffusion_pytorch_model.safetensors",
                "model.safetensors",
                "diffusion_pytorch_model.fp16.safetensors",
                "model.bf16.safetensors"
            })
    void namesOfWeights(String name) {
        tensor(transformer.resolve(name), "a");

        assertThat(weights().names()).containsExactly("a");
    }

    @Test
    void thePlainFileComesBeforeAVariant() {
        tensor(transformer.resolve("diffusion_pytorch_model.fp16.safetensors"), "half");
        tensor(transformer.resolve("diffusion_pytorch_model.safetensors"), "full");

        assertThat(weights().names()).containsExactly("full");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diffusion_pytorch_model.safetensors.index.json",
                "model.safetensors.index.json",
                "model.safetensors.index.fp16.json",
                "model.fp16.safetensors.index.json"
            })
    void shards(String index) throws IOException {
        tensor(transformer.resolve("m-00001-of-00002.safetensors"), "a");
        tensor(transformer.resolve("m-00002-of-00002.safetensors"), "b");
        Json.write(
                transformer.resolve(index),
                Map.of(
                        "metadata",
                        Map.of("total_size", 16),
                        "weight_map",
                        Map.of(
                                "a", "m-00001-of-00002.safetensors",
                                "b", "m-00002-of-00002.safetensors")));

        Weights weights = weights();

        assertThat(weights.names()).containsExactlyInAnyOrder("a", "b");
        assertThat(weights.get("b", 2).file())
                .isEqualTo(transformer.resolve("m-00002-of-00002.safetensors").toRealPath());
    }

    @Test
    void aMissingShard() {
        Path index = transformer.resolve("model.safetensors.index.json");
        tensor(transformer.resolve("1.safetensors"), "a");
        Json.write(index, Map.of("weight_map", Map.of("a", "1.safetensors", "b", "2.safetensors")));

        assertRefused(ErrorCode.NOT_FOUND, this::weights, index, "2.safetensors", "incomplete");
    }

    @Test
    void aTensorThatItsShardDoesNotHold() {
        Path index = transformer.resolve("model.safetensors.index.json");
        tensor(transformer.resolve("1.safetensors"), "a");
        Json.write(index, Map.of("weight_map", Map.of("a", "1.safetensors", "b", "1.safetensors")));

        assertRefused(ErrorCode.CORRUPT_FILE, this::weights, index, "tensor b", "1.safetensors");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"weight_map\": 3}",
                "{\"weight_map\": {}}",
                "{\"weight_map\": {\"a\": 1}}",
                "{\"weight_map\": {\"a\": \"../x.safetensors\"}}"
            })
    void aBadIndex(String content) throws IOException {
        Path index = transformer.resolve("model.safetensors.index.json");
        Files.writeString(index, content);

        assertRefused(ErrorCode.CORRUPT_FILE, this::weights, index);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diffusion_pytorch_model.bin",
                "pytorch_model.bin",
                "diffusion_pytorch_model.fp16.bin"
            })
    void weightsAsTorchWritesThem(String name) throws IOException {
        Files.copy(RawTorch.made("checkpoint.pt"), transformer.resolve(name));
        assertThat(weights().names()).containsExactly("layer.weight", "layer.bias");

        tensor(transformer.resolve("model.safetensors"), "a");
        assertThat(weights().names()).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diffusion_pytorch_model.bin.index.json",
                "pytorch_model.bin.index.json",
                "pytorch_model.bin.index.fp16.json"
            })
    void shardsAsTorchWritesThem(String index) throws IOException {
        Files.copy(RawTorch.made("checkpoint.pt"), transformer.resolve("m-1.bin"));
        Files.copy(RawTorch.made("forms.bin"), transformer.resolve("m-2.bin"));
        Map<String, String> map = Map.of("layer.bias", "m-1.bin", "rows", "m-2.bin");
        Json.write(transformer.resolve(index), Map.of("weight_map", map));

        assertThat(weights().names()).containsExactlyInAnyOrder("layer.bias", "rows");
        assertThat(weights().get("rows", 2, 4).file())
                .isEqualTo(transformer.resolve("m-2.bin").toRealPath());
    }

    @Test
    void onlyForeignWeights() throws IOException {
        Files.writeString(transformer.resolve("config.json"), "{}");
        Files.writeString(transformer.resolve("model.h5"), "");

        assertRefused(
                ErrorCode.NOT_FOUND,
                this::weights,
                transformer,
                "model.safetensors or diffusion_pytorch_model.safetensors, or pytorch_model.bin",
                "found config.json, model.h5");
    }

    @Test
    void noWeights() throws IOException {
        Files.writeString(transformer.resolve("config.json"), "{}");

        assertRefused(
                ErrorCode.NOT_FOUND,
                this::weights,
                transformer,
                "model.safetensors",
                "found config.json");
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> LocalModelDirectory.open(folder).weights("vae"),
                folder.resolve("vae"),
                "no such folder");
    }

    @Test
    void linksAsInTheCacheOfTheHub() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs"));
        Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve("rev"));
        Path part = Files.createDirectories(snapshot.resolve("transformer"));
        tensor(blobs.resolve("0a1b"), "a");
        Files.writeString(blobs.resolve("2c3d"), "{\"width\": 40}");
        Files.createSymbolicLink(
                part.resolve("diffusion_pytorch_model.safetensors"),
                Path.of("../../../blobs/0a1b"));
        Files.createSymbolicLink(part.resolve("config.json"), Path.of("../../../blobs/2c3d"));

        LocalModelDirectory directory = LocalModelDirectory.open(snapshot);

        assertThat(directory.has("transformer/config.json")).isTrue();
        assertThat(directory.json("transformer/config.json").whole("width")).isEqualTo(40);
        assertThat(directory.weights("transformer").get("a", 2).file())
                .isEqualTo(blobs.resolve("0a1b").toRealPath());
    }

    @Test
    void aLinkToNothing() throws IOException {
        Path link = transformer.resolve("diffusion_pytorch_model.safetensors");
        Files.createSymbolicLink(link, Path.of("../blobs/0a1b"));

        assertRefused(ErrorCode.NOT_FOUND, this::weights, link, "../blobs/0a1b", "does not exist");
    }

    @Test
    void configurationsNameTheirFile() throws IOException {
        Path file = transformer.resolve("config.json");
        Files.writeString(file, "{\n\"layers\": \"many\"}");
        LocalModelDirectory directory = LocalModelDirectory.open(folder);

        assertThat(directory.json("transformer/config.json").origin()).isEqualTo(file.toString());
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> directory.json("vae/config.json"),
                folder.resolve("vae/config.json"));
        Files.writeString(file, "{\n\"layers\": }");
        assertRefused(
                ErrorCode.CORRUPT_FILE,
                () -> directory.json("transformer/config.json"),
                file,
                "line 2");
    }

    /** diffusers reads the index where both are there, transformers the whole file. */
    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model, shard",
        "model, whole",
        "diffusion_pytorch_model.fp16, shard",
        "model.fp16, whole"
    })
    void anIndexBesideAWholeFile(String stem, String read) {
        tensor(transformer.resolve(stem + ".safetensors"), "whole");
        tensor(transformer.resolve("1.safetensors"), "shard");
        Json.write(
                transformer.resolve(stem + ".safetensors.index.json"),
                Map.of("weight_map", Map.of("shard", "1.safetensors")));

        assertThat(weights().names()).containsExactly(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"_class_name\": \"AutoencoderKL\"}; diffusers",
                "{\"model_type\": \"t5\"}; transformers"
            })
    void theFileOfTheLibraryThatWroteTheConfiguration(String config, String read)
            throws IOException {
        tensor(transformer.resolve("diffusion_pytorch_model.safetensors"), "diffusers");
        tensor(transformer.resolve("model.safetensors"), "transformers");
        Files.writeString(transformer.resolve("config.json"), config);

        assertThat(weights().names()).containsExactly(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.diffusion_model.", "diffusion_model.", "module.", "_orig_mod."})
    void namesAsANodeEditorSavesThem(String prefix) {
        Path file = folder.resolve("flux.safetensors");
        SafetensorsWriter.write(
                file, Map.of(prefix + "img_in.weight", Tensor.zeros(3), "vae.x", Tensor.zeros(1)));

        Weights weights = LocalModelDirectory.open(file).weights("");

        assertThat(weights.names()).containsExactlyInAnyOrder("img_in.weight", "vae.x");
        assertThat(weights.get("img_in.weight").shape()).containsExactly(3);
    }
}
