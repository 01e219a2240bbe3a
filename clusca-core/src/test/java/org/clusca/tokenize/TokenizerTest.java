package org.clusca.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clusca.api.ErrorCode;
import org.clusca.io.LocalModelDirectory;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tokenizers of the tiny FLUX model do at the edges, and what is refused. */
class TokenizerTest {
    @TempDir Path temporary;

    private int open;

    @BeforeEach
    void copy() throws IOException {
        open = Tokenizer.openTokenizers();
        Path source = Golden.folder("flux").resolve("pipeline");
        for (String folder : List.of("tokenizer", "tokenizer_2")) {
            Files.createDirectories(temporary.resolve(folder));
            try (Stream<Path> files = Files.list(source.resolve(folder))) {
                for (Path file : files.toList()) {
                    Files.write(
                            temporary.resolve(folder).resolve(file.getFileName()),
                            Files.readAllBytes(file));
                }
            }
        }
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(Tokenizer.openTokenizers()).isEqualTo(open);
    }

    private Tokenizer open(String folder) {
        return Tokenizer.open(LocalModelDirectory.open(temporary), folder);
    }

    private void replace(String file, String old, String with) throws IOException {
        Path path = temporary.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(old);
        Files.writeString(path, text.replace(old, with));
    }

    @Test
    void aLongTextIsCutBeforeItsEndToken() {
        for (String folder : List.of("tokenizer", "tokenizer_2")) {
            try (Tokenizer tokenizer = open(folder)) {
                int[] all = tokenizer.encode("the old lighthouse above the grey sea");
                for (int length = 2; length <= all.length + 2; length++) {
                    EncodedText encoded =
                            tokenizer.encode("the old lighthouse above the grey sea", length);
                    int kept = Math.min(length, all.length);
                    assertThat(encoded.ids())
                            .hasSize(length)
                            .startsWith(Arrays.copyOf(all, kept - 1));
                    assertThat(encoded.ids()[kept - 1]).isEqualTo(all[all.length - 1]);
                    assertThat(Arrays.stream(encoded.mask()).sum()).isEqualTo(kept);
                    assertThat(encoded.cut()).isEqualTo(length < all.length);
                    assertThat(encoded.total()).isEqualTo(all.length);
                }
            }
        }
    }

    /** In the user's own writing, whatever stands before it. */
    @Test
    void whatIsCutOffIsTold() {
        String start = "\ud83c\udf38 \u65e5\u672c\u306e\u685c \u00bd \ufb01ne caf\u00e9,  a";
        String text = start + " Red FOX in the Snow \ud83c\udf38 ";
        for (String folder : List.of("tokenizer", "tokenizer_2")) {
            try (Tokenizer tokenizer = open(folder)) {
                int length = tokenizer.encode(start).length;
                assertThat(tokenizer.encode(text, length).rest())
                        .as(folder)
                        .isEqualTo("Red FOX in the Snow \ud83c\udf38");
                for (int shorter = 2; shorter < length; shorter++) {
                    String rest = tokenizer.encode(text, shorter).rest();
                    assertThat(text.strip()).as("%s %s", folder, shorter).endsWith(rest);
                }
                assertThat(tokenizer.encode(text, 99).rest()).isEmpty();
                String broken = "\ud83c a \ud83c b";
                assertThat(broken).endsWith(tokenizer.encode(broken, 2).rest());
            }
        }
    }

    @Test
    void aLengthWithoutRoomForBeginAndEndIsRefused() {
        try (Tokenizer tokenizer = open("tokenizer")) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER, () -> tokenizer.encode("", 1), "2 tokens", "1.");
        }
    }

    @Test
    void anEmptyTextIsBeginEndAndPadding() {
        try (Tokenizer tokenizer = open("tokenizer")) {
            EncodedText encoded = tokenizer.encode("", 5);
            assertThat(encoded.mask()).containsExactly(1, 1, 0, 0, 0);
            assertThat(encoded.cut()).isFalse();
        }
    }

    /** Half a surrogate pair is no text; it must neither fail nor end the process. */
    @Test
    void brokenTextIsTokenizedAsUnknown() {
        try (Tokenizer tokenizer = open("tokenizer_2")) {
            assertThat(tokenizer.encode("a\ud83c b", 8).ids()).hasSize(8);
            assertThat(tokenizer.encode("a\0b", 8).ids()).hasSize(8);
        }
    }

    @Test
    void theWholeFileWinsOverVocabularyAndMerges() throws IOException {
        Files.copy(
                temporary.resolve("tokenizer_2/tokenizer.json"),
                temporary.resolve("tokenizer/tokenizer.json"));
        Files.copy(
                temporary.resolve("tokenizer_2/tokenizer_config.json"),
                temporary.resolve("tokenizer/tokenizer_config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        try (Tokenizer clip = open("tokenizer");
                Tokenizer t5 = open("tokenizer_2")) {
            assertThat(clip.encode("a red fox", 9).ids())
                    .isEqualTo(t5.encode("a red fox", 9).ids());
        }
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Files.delete(temporary.resolve("tokenizer/merges.txt"));
        Files.delete(temporary.resolve("tokenizer_2/tokenizer.json"));
        assertRefused(ErrorCode.NOT_FOUND, () -> open("tokenizer"), "tokenizer:", "merges.txt.");
        assertRefused(ErrorCode.NOT_FOUND, () -> open("tokenizer_2"), "nor vocab.json");
        assertRefused(ErrorCode.NOT_FOUND, () -> open("tokenizer_3"), "tokenizer_3");
    }

    @Test
    void damagedFilesAreNamed() throws IOException {
        Path whole = temporary.resolve("tokenizer_2/tokenizer.json");
        String text = Files.readString(whole);
        for (String damaged :
                List.of(
                        text.substring(0, text.length() / 2),
                        "{}",
                        text.replace("\"Unigram\"", "\"Trigram\""),
                        text.replace("\"Metaspace\"", "\"Elsewhere\""))) {
            Files.writeString(whole, damaged);
            assertRefused(ErrorCode.CORRUPT_FILE, () -> open("tokenizer_2"), whole);
        }
    }

    @Test
    void damagedMergesAreNamed() throws IOException {
        Path merges = temporary.resolve("tokenizer/merges.txt");
        String text = Files.readString(merges);
        Files.writeString(merges, text + "one two three\n");
        assertRefused(
                ErrorCode.CORRUPT_FILE,
                () -> open("tokenizer"),
                merges,
                "'one two three'",
                "line ");
        Files.writeString(merges, text + "notthere neitherthis\n");
        assertRefused(ErrorCode.CORRUPT_FILE, () -> open("tokenizer"), "notthere");
        Files.write(merges, "i \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(ErrorCode.CORRUPT_FILE, () -> open("tokenizer"), merges, "UTF-8");
    }

    @Test
    void specialTokensMustBeInTheVocabulary() throws IOException {
        replace("tokenizer_2/tokenizer_config.json", "\"<pad>\"", "\"<nothing>\"");
        assertRefused(ErrorCode.INVALID_MODEL, () -> open("tokenizer_2"), "'<nothing>'");
        replace("tokenizer/vocab.json", "<|endoftext|>", "<|end|>");
        assertRefused(
                ErrorCode.INVALID_MODEL, () -> open("tokenizer"), "vocab.json", "<|endoftext|>");
    }

    @Test
    void paddingOnTheLeftIsRefused() throws IOException {
        replace("tokenizer/tokenizer_config.json", "{\n", "{\n\"padding_side\": \"left\",\n");
        assertRefused(
                ErrorCode.INVALID_MODEL, () -> open("tokenizer"), "'padding_side'", "found left");
    }

    @Test
    void anEncoderMustHaveAllIds() {
        try (Tokenizer tokenizer = open("tokenizer")) {
            int largest = IntStream.of(tokenizer.encode("")).max().orElseThrow();
            assertThat(tokenizer.vocabulary()).isEqualTo(largest + 1);
            tokenizer.requireWithin(largest + 1, "text_encoder");
            assertRefused(
                    ErrorCode.INCOMPATIBLE,
                    () -> tokenizer.requireWithin(largest, "text_encoder"),
                    "tokenizer",
                    largest,
                    "text_encoder",
                    "vocab_size");
        }
    }

    @Test
    void aClosedTokenizerRefusesToRun() {
        Tokenizer tokenizer = open("tokenizer");
        tokenizer.close();
        tokenizer.close();
        assertRefused(ErrorCode.CLOSED, () -> tokenizer.encode("a", 4), "closed");
    }

    @Test
    void theNativeLibraryLeavesNoTrace() {
        open("tokenizer").close();
        String[] left =
                Path.of(System.getProperty("java.io.tmpdir"))
                        .toFile()
                        .list((folder, name) -> name.startsWith(NativeTokenizers.FOLDER));
        assertThat(left).isEmpty();
        assertThat(System.getProperty("ENGINE_CACHE_DIR")).isNull();
        assertThat(System.getProperty("RUST_FLAVOR")).isNull();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains("JNA"));
    }
}
