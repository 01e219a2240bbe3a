package org.clusca.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.Weights;
import org.clusca.io.Json;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;
import org.clusca.testing.Golden;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of weights as older and newer files have them, and configurations that are refused. */
class TextEncoderTest {
    private static final Path PIPELINE = Golden.folder("flux").resolve("pipeline");

    @TempDir Path temporary;

    private LocalModelDirectory directory() {
        return LocalModelDirectory.open(temporary);
    }

    /** A copy of one encoder's configuration, with another value for a key. */
    private void configure(String folder, String key, @Nullable Object value) throws Exception {
        Map<String, @Nullable Object> config =
                new LinkedHashMap<>(Json.read(PIPELINE.resolve(folder + "/config.json")));
        config.put(key, value);
        Files.createDirectories(temporary.resolve(folder));
        Json.write(temporary.resolve(folder + "/config.json"), config);
    }

    /** A copy of one encoder's weights in one file, with another start of their names. */
    private void rename(String folder, String old, String with) {
        Weights weights = LocalModelDirectory.open(PIPELINE).weights(folder);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : weights.names()) {
            String other = name.startsWith(old) ? with + name.substring(old.length()) : name;
            tensors.put(other, SafetensorsFile.open(weights.get(name).file()).tensor(name));
        }
        assertThat(tensors.keySet()).anyMatch(name -> name.startsWith(with));
        SafetensorsWriter.write(temporary.resolve(folder + "/model.safetensors"), tensors);
    }

    @Test
    void clipWithoutTheNameOfTheModelAroundIt() throws Exception {
        configure("text_encoder", "projection_dim", 1);
        rename("text_encoder", "text_model.", "");
        ClipTextEncoder expected =
                ClipTextEncoder.open(LocalModelDirectory.open(PIPELINE), "text_encoder");
        assertSame(ClipTextEncoder.open(directory(), "text_encoder"), expected, expected.width());
    }

    @Test
    void t5WithTheEmbeddingOfItsEncoder() throws Exception {
        configure("text_encoder_2", "_name_or_path", "elsewhere");
        rename("text_encoder_2", "shared.", "encoder.embed_tokens.");
        T5Encoder expected = T5Encoder.open(LocalModelDirectory.open(PIPELINE), "text_encoder_2");
        assertSame(T5Encoder.open(directory(), "text_encoder_2"), expected, expected.width());
    }

    private static void assertSame(Encoder actual, Encoder expected, int width) {
        Tensor ids = EncoderRun.floats(new long[] {5, 3, 8, 1, 0, 0}, 2, 3);
        Tensor hidden = EncoderRun.output(actual, ids, "hidden", 2, 3, width);
        assertThat(hidden.isFinite()).isTrue();
        Golden.assertClose(
                "hidden", hidden, EncoderRun.output(expected, ids, "hidden", 2, 3, width), 0);
    }

    /** With an end token that is known: its first place, or the first of all where it is not. */
    @Test
    void pooledIsTheHiddenStateOfTheFirstEndToken() throws Exception {
        configure("text_encoder", "eos_token_id", 7);
        rename("text_encoder", "", "");
        ClipTextEncoder encoder = ClipTextEncoder.open(directory(), "text_encoder");
        Tensor ids = EncoderRun.floats(new long[] {1, 9, 7, 7, 9, 8, 1, 2}, 2, 4);
        Tensor hidden = EncoderRun.output(encoder, ids, "hidden", 2, 4, encoder.width());
        Tensor pooled = EncoderRun.output(encoder, ids, "pooled", 2, encoder.width());
        Tensor tokens = hidden.reshape(8, encoder.width());
        Golden.assertClose("end token", pooled.rows(0, 1), tokens.rows(2, 3), 0);
        Golden.assertClose("no end token", pooled.rows(1, 2), tokens.rows(4, 5), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "text_encoder, hidden_act, relu",
        "text_encoder, model_type, t5",
        "text_encoder, layer_scale, 0.1",
        "text_encoder, num_attention_heads, 1009",
        "text_encoder, num_hidden_layers, 0",
        "text_encoder, num_hidden_layers, 1",
        "text_encoder_2, feed_forward_proj, gated-silu",
        "text_encoder_2, model_type, umt5",
        "text_encoder_2, num_layers, 1",
        "text_encoder_2, rope_theta, 10000",
        "text_encoder_2, relative_attention_num_buckets, 31",
        "text_encoder_2, relative_attention_max_distance, 4",
    })
    void whatWouldChangeTheComputationIsRefused(String folder, String key, String value)
            throws Exception {
        configure(folder, key, value.matches("[0-9.]+") ? (Object) Double.valueOf(value) : value);
        rename(folder, "", "");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> {
                    if (folder.equals("text_encoder")) {
                        ClipTextEncoder.open(directory(), folder);
                    } else {
                        T5Encoder.open(directory(), folder);
                    }
                },
                folder,
                "config.json",
                "'" + key + "'");
    }

    @Test
    void whatIsSwitchedOffIsNotInTheWay() throws Exception {
        configure("text_encoder", "rope_scaling", null);
        rename("text_encoder", "", "");
        assertThat(ClipTextEncoder.open(directory(), "text_encoder").inputs())
                .containsExactly("ids");
    }

    @Test
    void missingWeightsAreNamed() throws Exception {
        configure("text_encoder", "projection_dim", 1);
        rename("text_encoder", "text_model.final_layer_norm", "text_model.other");
        ClipTextEncoder encoder = ClipTextEncoder.open(directory(), "text_encoder");
        Tensor ids = Tensor.zeros(1, 2);
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> EncoderRun.output(encoder, ids, "hidden", 1, 2, encoder.width()),
                "no tensor");
    }
}
