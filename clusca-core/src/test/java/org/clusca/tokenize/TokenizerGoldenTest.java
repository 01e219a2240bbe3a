package org.clusca.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.model.Config;
import org.clusca.io.Json;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Ids of plain, long and empty prompts, of capitals, signs, other scripts and odd spacing, against
 * transformers.
 */
@Tag("golden")
class TokenizerGoldenTest {
    private static Tokenizer tokenizer(String model, String folder) {
        Path directory = Golden.folder(model).resolve("pipeline");
        return Tokenizer.open(LocalModelDirectory.open(directory), folder);
    }

    private static Config prompts(String model) {
        Path file = Golden.folder(model).resolve("prompts.json");
        return new Config(file.toString(), Json.read(file));
    }

    private static List<String> texts(String model) {
        assertThat(prompts(model).values().get("prompts")).isInstanceOf(List.class);
        return ((List<?>) prompts(model).values().get("prompts"))
                .stream().map(String.class::cast).toList();
    }

    @Test
    void clip() {
        SafetensorsFile golden = Golden.file("flux", "tokens.safetensors");
        try (Tokenizer tokenizer = tokenizer("flux", "tokenizer")) {
            assertPadded(tokenizer, texts("flux"), golden, "clip_ids", "clip_mask");
            assertRaw(tokenizer, texts("flux"), golden, "clip_raw_");
        }
    }

    @Test
    void t5() {
        SafetensorsFile golden = Golden.file("flux", "tokens.safetensors");
        try (Tokenizer tokenizer = tokenizer("flux", "tokenizer_2")) {
            assertPadded(tokenizer, texts("flux"), golden, "t5_ids", "t5_mask");
            assertRaw(tokenizer, texts("flux"), golden, "t5_raw_");
        }
    }

    @Test
    void llamaWithItsTemplate() {
        SafetensorsFile golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
        String template = prompts("hunyuan").text("template");
        try (Tokenizer tokenizer = tokenizer("hunyuan", "tokenizer")) {
            assertThat(tokenizer.encode(template)).isEqualTo(ints(golden.longs("template_ids")));
            List<String> filled =
                    texts("hunyuan").stream().map(text -> template.replace("{}", text)).toList();
            assertPadded(tokenizer, filled, golden, "llama_ids", "llama_mask");
        }
    }

    @Test
    void clipOfHunyuanVideo() {
        SafetensorsFile golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
        try (Tokenizer tokenizer = tokenizer("hunyuan", "tokenizer_2")) {
            int length = golden.shape("clip_ids")[1];
            for (int row = 0; row < golden.shape("clip_ids")[0]; row++) {
                assertThat(tokenizer.encode(texts("hunyuan").get(row), length).ids())
                        .as("prompt %d", row)
                        .isEqualTo(row(golden, "clip_ids", row));
            }
        }
    }

    private static void assertPadded(
            Tokenizer tokenizer,
            List<String> texts,
            SafetensorsFile golden,
            String ids,
            String mask) {
        int[] shape = golden.shape(ids);
        assertThat(texts).hasSize(shape[0]);
        for (int row = 0; row < shape[0]; row++) {
            EncodedText encoded = tokenizer.encode(texts.get(row), shape[1]);
            assertThat(encoded.ids()).as("%s %d", ids, row).isEqualTo(row(golden, ids, row));
            assertThat(encoded.mask()).as("%s %d", mask, row).isEqualTo(row(golden, mask, row));
        }
    }

    private static void assertRaw(
            Tokenizer tokenizer, List<String> texts, SafetensorsFile golden, String prefix) {
        for (int row = 0; row < texts.size(); row++) {
            int[] expected = ints(golden.longs(prefix + row));
            assertThat(tokenizer.encode(texts.get(row))).as(prefix + row).isEqualTo(expected);
            EncodedText padded = tokenizer.encode(texts.get(row), expected.length + 1);
            assertThat(padded.total()).isEqualTo(expected.length);
            assertThat(padded.cut()).isFalse();
            assertThat(Arrays.stream(padded.mask()).sum()).isEqualTo(expected.length);
        }
    }

    private static int[] row(SafetensorsFile golden, String name, int row) {
        int length = golden.shape(name)[1];
        return Arrays.copyOfRange(ints(golden.longs(name)), row * length, (row + 1) * length);
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }
}
