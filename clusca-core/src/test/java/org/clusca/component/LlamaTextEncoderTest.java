package org.clusca.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("golden")
class LlamaTextEncoderTest {
    private static final String FOLDER = "text_encoder";

    private static LocalModelDirectory directory() {
        return LocalModelDirectory.open(Golden.folder("hunyuan").resolve("pipeline"));
    }

    private static Tensor floats(SafetensorsFile file, String name) {
        long[] values = file.longs(name);
        Tensor tensor = Tensor.zeros(file.shape(name));
        for (int i = 0; i < values.length; i++) {
            tensor.data().put(i, values[i]);
        }
        return tensor;
    }

    private static Tensor hidden(LlamaTextEncoder encoder, Tensor ids, Tensor mask) {
        return GraphRun.of(
                encoder.weights(),
                Map.of("ids", ids, "mask", mask),
                (graph, inputs) -> encoder.encode(graph, inputs).get("hidden"),
                ids.dimension(0),
                ids.dimension(1),
                encoder.width());
    }

    @Test
    void thirdStateFromTheEndOfEveryPrompt() {
        SafetensorsFile golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
        Tensor expected = golden.tensor("prompt_embeds");
        int crop = (int) golden.longs("crop_start")[0];

        Tensor hidden =
                hidden(
                        LlamaTextEncoder.open(directory(), FOLDER, 2),
                        floats(golden, "llama_ids"),
                        floats(golden, "llama_mask"));

        for (int row = 0; row < expected.dimension(0); row++) {
            Tensor states = hidden.rows(row, row + 1);
            Tensor cropped =
                    states.reshape(states.dimension(1), states.dimension(2))
                            .rows(crop, states.dimension(1));
            Tensor wanted = expected.rows(row, row + 1).reshape(cropped.shape());
            Golden.assertClose("states of prompt " + row, cropped, wanted, 1e-5);
        }
    }

    @Test
    void stateAfterTheFirstLayer() {
        SafetensorsFile golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
        int layers = directory().json(FOLDER + "/config.json").whole("num_hidden_layers");

        Tensor hidden =
                hidden(
                        LlamaTextEncoder.open(directory(), FOLDER, layers - 1),
                        floats(golden, "llama_ids").rows(0, 1),
                        floats(golden, "llama_mask").rows(0, 1));

        Golden.assertClose("state 1", hidden, golden.tensor("llama_hidden_1"), 1e-5);
    }

    @Test
    void whatPaddingHoldsDoesNotMatter() {
        LlamaTextEncoder encoder = LlamaTextEncoder.open(directory(), FOLDER, 2);
        Tensor mask = Tensor.of(new float[] {0, 1, 1, 1}, 1, 4);

        Tensor one = hidden(encoder, Tensor.of(new float[] {5, 1, 2, 3}, 1, 4), mask);
        Tensor other = hidden(encoder, Tensor.of(new float[] {9, 1, 2, 3}, 1, 4), mask);

        int width = encoder.width();
        assertThat(one.reshape(4, width).rows(1, 4).toArray())
                .isEqualTo(other.reshape(4, width).rows(1, 4).toArray());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rope_scaling; {\"rope_type\": \"llama3\"}; llama3",
                "rope_scaling; {\"type\": \"linear\"}; linear",
                "rope_parameters; {\"rope_type\": \"yarn\"}; yarn",
                "partial_rotary_factor; 0.5; 0.5",
                "num_key_value_heads; 1009; 1009",
                "hidden_act; \"gelu\"; gelu",
                "model_type; \"mistral\"; mistral",
                "quantization_config; {}; missing",
                "num_hidden_layers; 2; layers.2.* too",
            })
    void aComputationThatIsNotSupported(String key, String value, String named, @TempDir Path copy)
            throws IOException {
        Path original = Golden.folder("hunyuan").resolve("pipeline").resolve(FOLDER);
        LocalModelDirectory changed = ConfigCopy.of(original, copy, key, value);

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> LlamaTextEncoder.open(changed, FOLDER, 2),
                "config.json",
                key,
                named);
    }

    @Test
    void newerConfigurationsHoldThetaInAnObject(@TempDir Path copy) throws IOException {
        SafetensorsFile golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
        Path original = Golden.folder("hunyuan").resolve("pipeline").resolve(FOLDER);
        double theta = directory().json(FOLDER + "/config.json").real("rope_theta", 10000);
        int layers = directory().json(FOLDER + "/config.json").whole("num_hidden_layers");
        String rope = "{\"rope_type\": \"default\", \"rope_theta\": " + theta + "}";
        ConfigCopy.of(original, copy, "rope_theta", "3");
        Path again = Files.createDirectory(copy.resolve("again"));

        Tensor hidden =
                hidden(
                        LlamaTextEncoder.open(
                                ConfigCopy.of(copy.resolve(FOLDER), again, "rope_parameters", rope),
                                FOLDER,
                                layers - 1),
                        floats(golden, "llama_ids").rows(0, 1),
                        floats(golden, "llama_mask").rows(0, 1));

        Golden.assertClose("state 1", hidden, golden.tensor("llama_hidden_1"), 1e-5);
    }

    @Test
    void layersThatAreNotThere() {
        for (int skipped : new int[] {0, 1000}) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> LlamaTextEncoder.open(directory(), FOLDER, skipped),
                    skipped);
        }
    }
}
