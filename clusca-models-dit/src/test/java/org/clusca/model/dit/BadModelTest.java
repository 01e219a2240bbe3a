package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Pipeline;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;
import org.clusca.model.dit.ModelCopy.Stored;
import org.clusca.onnx.OnnxEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged, incomplete and foreign model directories: what is said of them. */
final class BadModelTest {
    private static final String ATTENTION = "transformer_blocks.2.attn1.to_q.weight";

    @TempDir private Path folder;
    private ModelCopy model;
    private int sessions;
    private long tensors;

    @BeforeEach
    void copy() {
        model = ModelCopy.in(folder);
        sessions = OnnxEnvironment.openSessions();
        tensors = OnnxEnvironment.openTensors();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(OnnxEnvironment.openSessions()).isEqualTo(sessions);
        assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
    }

    @ParameterizedTest
    @ValueSource(strings = {"transformer", "vae", "scheduler"})
    void missingFolder(String name) {
        model.delete(name);
        refused(ErrorCode.NOT_FOUND, folder.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {ModelCopy.TRANSFORMER, ModelCopy.VAE})
    void missingWeights(String file) {
        model.delete(file);
        refused(ErrorCode.NOT_FOUND, folder.resolve(file).getParent(), "diffusion_pytorch_model");
    }

    @Test
    void notAModel() {
        model.json("model_index.json", json -> json.put("_class_name", "FluxPipeline"));
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve("model_index.json"),
                "names the pipeline FluxPipeline, which no adapter reads",
                "dit (");
    }

    @Test
    void noIndexAtAll() {
        model.delete("model_index.json");
        refused(ErrorCode.INVALID_MODEL, folder, "model_index.json");
    }

    /** diffusers stops at a null, and DiT's pipeline shifts nothing. */
    @Test
    void factorsOfTheAutoencoder() {
        String config = "vae/config.json";
        model.json(config, json -> json.put("shift_factor", 0.1159));
        refused(ErrorCode.INVALID_MODEL, folder.resolve(config), "'shift_factor'", "0 or null");

        model.json(config, json -> json.put("shift_factor", null));
        model.json(config, json -> json.put("scaling_factor", null));
        refused(ErrorCode.INVALID_MODEL, folder.resolve(config), "'scaling_factor'", "found null");
    }

    @Test
    void missingTensor() {
        model.weight(ModelCopy.TRANSFORMER, ATTENTION, (name, stored) -> null);
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve(ModelCopy.TRANSFORMER),
                "no tensor " + ATTENTION,
                "Near:");
    }

    @Test
    void missingTensorOfTheAutoencoder() {
        model.weight(ModelCopy.VAE, "decoder.conv_in.weight", (name, stored) -> null);
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve(ModelCopy.VAE),
                "no tensor decoder.conv_in.weight");
    }

    @Test
    void wrongType() {
        model.weight(
                ModelCopy.TRANSFORMER,
                ATTENTION,
                (name, stored) ->
                        new Stored("I64", stored.shape(), new byte[2 * stored.bytes().length]));
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve(ModelCopy.TRANSFORMER),
                ATTENTION,
                "found I64");
    }

    @Test
    void wrongShape() {
        model.weight(
                ModelCopy.TRANSFORMER,
                ATTENTION,
                (name, stored) -> new Stored("F32", new int[] {80, 20}, stored.bytes()));
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve(ModelCopy.TRANSFORMER),
                ATTENTION,
                "expected shape [40, 40]",
                "found [80, 20]");
    }

    @Test
    void aConfigurationOfAnotherSize() {
        model.json("transformer/config.json", json -> json.put("num_layers", 6));
        refused(ErrorCode.INVALID_MODEL, "no tensor transformer_blocks.5.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "clusca:clusters=8"})
    void notANumberInAWeight(String policy) {
        model.weight(ModelCopy.TRANSFORMER, ATTENTION, BadModelTest::spoiled);
        refused(
                policy,
                ErrorCode.NOT_FINITE,
                folder.resolve(ModelCopy.TRANSFORMER),
                ATTENTION,
                "step 0");
    }

    @Test
    void notANumberInTheAutoencoder() {
        model.weight(ModelCopy.VAE, "decoder.conv_in.bias", BadModelTest::spoiled);
        refused(
                ErrorCode.NOT_FINITE,
                folder.resolve(ModelCopy.VAE),
                "pictures",
                "decoder.conv_in.bias");
    }

    @Test
    void aStrayTensorOfAnotherTypeDoesNotHideTheCulprit() {
        model.weights(
                ModelCopy.TRANSFORMER,
                (name, stored) -> {
                    if (name.equals("proj_out_2.bias")) {
                        return spoiled(name, stored);
                    }
                    return stored;
                });
        Map<String, Stored> tensors = new HashMap<>(model.read(ModelCopy.TRANSFORMER));
        tensors.put("a.position_ids", new Stored("I64", new int[] {1}, new byte[8]));
        ModelCopy.write(folder.resolve(ModelCopy.TRANSFORMER), tensors);
        refused(ErrorCode.NOT_FINITE, "proj_out_2.bias");
    }

    private static Stored spoiled(String name, Stored stored) {
        stored.buffer().putFloat(4 * 3, Float.NaN);
        return stored;
    }

    @Test
    void truncatedWeights() throws IOException {
        Path file = folder.resolve(ModelCopy.TRANSFORMER);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
        refused(ErrorCode.CORRUPT_FILE, file);
    }

    @Test
    void weightsTruncatedAfterOpening() throws IOException {
        Path file = folder.resolve(ModelCopy.TRANSFORMER);
        try (Pipeline pipeline = Clusca.open(folder)) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            assertRefused(
                    ErrorCode.RUNTIME,
                    () -> pipeline.generate(TinyDit.request("none").build()),
                    "could not load");
        }
    }

    @Test
    void truncatedShard() throws IOException {
        Path shard =
                folder.resolve("transformer/diffusion_pytorch_model-00001-of-00001.safetensors");
        SafetensorsFile whole = SafetensorsFile.open(folder.resolve(ModelCopy.TRANSFORMER));
        Map<String, Object> index = new HashMap<>();
        whole.entries().keySet().forEach(name -> index.put(name, shard.getFileName().toString()));
        byte[] bytes = Files.readAllBytes(whole.path());
        Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
        model.delete(ModelCopy.TRANSFORMER);
        Json.write(
                folder.resolve(ModelCopy.TRANSFORMER + ".index.json"), Map.of("weight_map", index));
        refused(ErrorCode.CORRUPT_FILE, shard);
    }

    @Test
    void missingLabels() {
        model.json(
                "model_index.json",
                json -> {
                    Map<String, Object> labels = new HashMap<>();
                    ((Map<?, ?>) json.get("id2label"))
                            .forEach((id, label) -> labels.put((String) id, label));
                    labels.remove("7");
                    json.put("id2label", labels);
                });
        refused(ErrorCode.INVALID_MODEL, folder.resolve("model_index.json"), "no class 7", "12");
    }

    @Test
    void noLabelsAreNumbers() {
        model.json("model_index.json", json -> json.remove("id2label"));
        try (Pipeline pipeline = Clusca.open(folder)) {
            assertThat(
                            pipeline.generate(TinyDit.request("none").conditions("7").build())
                                    .report()
                                    .provenance()
                                    .labels())
                    .containsExactly("7");
            assertRefused(
                    ErrorCode.UNKNOWN_NAME,
                    () -> pipeline.generate(TinyDit.request("none").build()),
                    "tram",
                    "0 to 11");
        }
    }

    @Test
    void unknownKey() {
        model.json("transformer/config.json", json -> json.put("qk_norm", "rms"));
        refused(ErrorCode.INVALID_MODEL, folder.resolve("transformer/config.json"), "'qk_norm'");
    }

    @Test
    void unsupportedValue() {
        model.json("transformer/config.json", json -> json.put("activation_fn", "geglu"));
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve("transformer/config.json"),
                "'activation_fn'",
                "gelu-approximate",
                "geglu");
    }

    @Test
    void anAutoencoderThatDoesNotFit() {
        model.json("vae/config.json", json -> json.put("latent_channels", 16));
        refused(ErrorCode.INVALID_MODEL, folder.resolve("vae"), "post_quant_conv", "16");
    }

    @Test
    void unknownScheduler() {
        model.json(
                "scheduler/scheduler_config.json",
                json -> json.put("_class_name", "EulerScheduler"));
        refused(
                ErrorCode.UNKNOWN_NAME,
                folder.resolve("scheduler/scheduler_config.json"),
                "EulerScheduler",
                "DDIMScheduler");
    }

    @Test
    void jsonThatIsNone() throws IOException {
        Files.writeString(folder.resolve("transformer/config.json"), "{\"num_layers\": 5,");
        refused(ErrorCode.CORRUPT_FILE, folder.resolve("transformer/config.json"));
    }

    private void refused(ErrorCode code, Object... named) {
        refused("none", code, named);
    }

    private void refused(String policy, ErrorCode code, Object... named) {
        assertRefused(
                code,
                () -> {
                    try (Pipeline pipeline = Clusca.open(folder)) {
                        pipeline.generate(TinyDit.request(policy).decode(true).build());
                    }
                },
                named);
    }

    @Test
    void theOuterFolderOfTheHubsCache() throws IOException {
        Path outer = folder.resolve("models--facebook--DiT-XL-2-256");
        Path inner = Files.createDirectories(outer.resolve("snapshots/0a1b"));
        Files.createDirectories(outer.resolve("blobs"));
        ModelCopy.in(inner);
        for (Path given : new Path[] {outer, outer.resolve("snapshots")}) {
            assertRefused(
                    ErrorCode.INVALID_MODEL,
                    () -> Clusca.open(given),
                    given + ": the outer folder of a download in the cache of the Hugging Face hub",
                    "the model is in '" + inner + "'");
        }
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(inner.resolve("transformer")),
                "one component of the pipeline in '" + inner + "'");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(inner.resolve(ModelCopy.VAE)),
                "one component of the pipeline in '" + inner + "'");
    }

    @Test
    void componentsOfNoPipeline() {
        model.delete("model_index.json");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(folder.resolve("vae")),
                folder.resolve("vae") + ": one component (AutoencoderKL)",
                "model_index.json");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(folder.resolve("scheduler")),
                folder.resolve("scheduler") + ": one component (DDIMScheduler)");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(folder.resolve(ModelCopy.VAE)),
                "no adapter knows the names of its tensors, such as decoder.",
                "original naming");
    }

    @Test
    void aLora() throws IOException {
        model.delete("model_index.json");
        Path alone = Files.createDirectory(folder.resolve("lora"));
        Path file = alone.resolve("style.safetensors");
        ModelCopy.write(
                file,
                Map.of("blocks.0.lora_A.weight", new Stored("F32", new int[] {1}, new byte[4])));
        for (Path given : new Path[] {file, alone}) {
            assertRefused(ErrorCode.INVALID_MODEL, () -> Clusca.open(given), given + ": a LoRA");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dit-Q4_K_S.gguf", "dit.msgpack"})
    void aFormatThatIsNotRead(String name) throws IOException {
        model.delete("model_index.json");
        Path alone = Files.createDirectory(folder.resolve("other"));
        Path file = Files.createFile(alone.resolve(name));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(file),
                file + ": expected the directory of a model or a file of weights (.safetensors",
                "a format that Clusca does not read");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> Clusca.open(alone),
                name + " is of a format that Clusca does not read");
    }

    @Test
    void moreBlocksThanTheConfigurationSays() {
        model.json("transformer/config.json", json -> json.put("num_layers", 3));
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve("transformer/config.json"),
                "'num_layers'",
                "transformer_blocks.3.");
    }

    @Test
    void halfAHead() {
        model.json("transformer/config.json", json -> json.put("num_attention_heads", 2.5));
        refused(
                ErrorCode.INVALID_MODEL,
                folder.resolve("transformer/config.json"),
                "'num_attention_heads'",
                "2.5");
    }
}
