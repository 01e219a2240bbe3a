package org.clusca.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clusca.api.ErrorCode;
import org.clusca.io.Json;
import org.clusca.io.LocalModelDirectory;
import org.clusca.testing.Golden;
import org.clusca.testing.ModelFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokens that are written beside a vocabulary or follow from a tokenizer's class; ids as
 * transformers 5.18 gives them.
 */
final class TokensBesideTest {
    private static final String TEXT = "a red fox<cat-toy>, CAT<cat-toy> x";
    private static final Map<String, Object> TOY =
            Map.of(
                    "content", "<cat-toy>",
                    "lstrip", false,
                    "normalized", true,
                    "rstrip", false,
                    "single_word", false,
                    "special", false);
    private static final int[] CLIP = {
        1512, 320, 736, 898, 343, 1514, 267, 66, 536, 1514, 343, 1513
    };

    @TempDir Path folder;

    private void copy(String family, String tokenizer) throws IOException {
        Files.createDirectories(folder.resolve(tokenizer));
        ModelFolders.copy(
                Golden.folder(family).resolve("pipeline").resolve(tokenizer),
                folder.resolve(tokenizer));
    }

    private int[] ids(String tokenizer, String text) {
        try (Tokenizer opened = Tokenizer.open(LocalModelDirectory.open(folder), tokenizer)) {
            return opened.encode(text);
        }
    }

    @Test
    void anAddedTokenOfTheConfiguration() throws IOException {
        copy("flux", "tokenizer");
        ModelFolders.json(
                folder,
                "tokenizer/tokenizer_config.json",
                json -> {
                    Map<String, Object> decoder = decoder(json);
                    decoder.put("1514", TOY);
                    json.put("added_tokens_decoder", decoder);
                });
        assertThat(ids("tokenizer", TEXT)).isEqualTo(CLIP);
    }

    private static Map<String, Object> decoder(Map<String, Object> json) {
        Map<String, Object> decoder = new TreeMap<>();
        ((Map<?, ?>) json.get("added_tokens_decoder"))
                .forEach((id, token) -> decoder.put((String) id, token));
        return decoder;
    }

    @Test
    void anAddedTokenInAFileOfItsOwn() throws IOException {
        copy("flux", "tokenizer");
        ModelFolders.json(
                folder,
                "tokenizer/tokenizer_config.json",
                json -> json.remove("added_tokens_decoder"));
        Json.write(folder.resolve("tokenizer/added_tokens.json"), Map.of("<cat-toy>", 1514));
        assertThat(ids("tokenizer", TEXT)).isEqualTo(CLIP);
    }

    @Test
    void anAddedTokenBesideAWholeFile() throws IOException {
        copy("flux", "tokenizer_2");
        Json.write(folder.resolve("tokenizer_2/added_tokens.json"), Map.of("<cat-toy>", 355));
        assertThat(ids("tokenizer_2", TEXT))
                .containsExactly(5, 71, 44, 106, 50, 355, 3, 8, 3, 250, 192, 170, 355, 3, 50, 1);
        Json.write(folder.resolve("tokenizer_2/added_tokens.json"), Map.of("<cat-toy>", 400));
        assertRefused(
                ErrorCode.INVALID_MODEL, () -> ids("tokenizer_2", TEXT), "<cat-toy>", "400", "355");
    }

    /** The class of transformers puts the begin and end tokens there, not the file alone. */
    @ParameterizedTest
    @CsvSource({
        "flux, tokenizer_2, T5TokenizerFast, false",
        "flux, tokenizer_2, T5Tokenizer, false",
        "hunyuan, tokenizer, LlamaTokenizerFast, false",
        "hunyuan, tokenizer, LlamaTokenizer, true",
    })
    void whatAClassPutsAroundAText(String family, String name, String type, boolean byteLevel)
            throws IOException {
        copy(family, name);
        int[] expected = ids(name, "a red fox");
        ModelFolders.json(
                folder,
                name + "/tokenizer.json",
                json ->
                        json.put(
                                "post_processor",
                                byteLevel
                                        ? Map.of(
                                                "type",
                                                "ByteLevel",
                                                "add_prefix_space",
                                                true,
                                                "trim_offsets",
                                                false,
                                                "use_regex",
                                                true)
                                        : null));
        Json.write(folder.resolve("model_index.json"), Map.of(name, List.of("transformers", type)));

        assertThat(ids(name, "a red fox")).isEqualTo(expected);

        Files.delete(folder.resolve("model_index.json"));
        ModelFolders.json(
                folder, name + "/tokenizer_config.json", json -> json.put("tokenizer_class", type));
        assertThat(ids(name, "a red fox")).isEqualTo(expected);

        ModelFolders.json(
                folder,
                name + "/tokenizer_config.json",
                json -> json.put("tokenizer_class", "PreTrainedTokenizerFast"));
        assertThat(ids(name, "a red fox")).hasSize(expected.length - 1);
    }

    @Test
    void llamaIsToldWhetherToBegin() throws IOException {
        copy("hunyuan", "tokenizer");
        Json.write(
                folder.resolve("model_index.json"),
                Map.of("tokenizer", List.of("transformers", "LlamaTokenizerFast")));
        int[] usual = ids("tokenizer", "a red fox");
        assertThat(usual).startsWith(520);
        for (boolean begin : new boolean[] {true, false}) {
            ModelFolders.json(
                    folder,
                    "tokenizer/tokenizer_config.json",
                    json -> json.put("add_bos_token", begin));
            assertThat(ids("tokenizer", "a red fox")).hasSize(usual.length - (begin ? 0 : 1));
        }
    }

    @Test
    void aSentencePieceModelAloneIsNamed() throws IOException {
        copy("flux", "tokenizer_2");
        Files.delete(folder.resolve("tokenizer_2/tokenizer.json"));
        Files.write(folder.resolve("tokenizer_2/spiece.model"), new byte[100]);
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> ids("tokenizer_2", "a red fox"),
                folder.resolve("tokenizer_2"),
                "found spiece.model",
                "tokenizer.json",
                "save_pretrained");
    }
}
