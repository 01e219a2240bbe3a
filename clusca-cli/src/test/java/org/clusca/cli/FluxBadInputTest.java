package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.testing.ModelFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a model of prompts too, every failure is one line and exit code 1, and nothing is written. */
class FluxBadInputTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prompt fox --width 1000|width must be a multiple of 16 from 16 to 8192, found 1000; 992 is one",
                "--prompt fox --height 8|height must be a multiple of 16 from 16 to 8192, found 8; 16 is one",
                "--prompt fox --height 10000|found 10000; 8192 is one",
                "--prompt fox --width 0|--width must be at least 1, found 0",
                "--prompt fox --height -16|--height must be at least 1, found -16",
                "--prompt fox --max-sequence-length 513|at most 512 tokens, found 513",
                "--prompt fox --max-sequence-length 0|at least 1, found 0",
                "--prompt fox --cache-type fp16|--cache-type must be fp32 or bf16, found fp16",
                "--prompt fox --policy clusca:clusters=5000|only 4096",
                "--class fox|draws from prompts, it has no classes: use --prompt or --prompts",
                "--class fox --prompt fox|use --prompt or --prompts",
                "--prompts /nowhere.txt|/nowhere.txt: there is no such file of prompts",
                "--prompt fox --count 100000|are free",
            })
    void isRefusedInOneLine(String arguments, String expected) throws IOException {
        refused(Flux.folder(), List.of(arguments.split(" ")), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prompt fox|draws classes, not prompts: use --class",
                "--class owl --prompt fox|draws classes, not prompts",
                "--class owl --width 128|makes pictures of 64x64 only",
                "--class owl --max-sequence-length 20|takes no text",
            })
    void whatAModelOfClassesDoesNotTake(String arguments, String expected) throws IOException {
        refused(null, List.of(arguments.split(" ")), expected);
        assertThat(Cli.run("bench", "--prompt", "fox").err()).contains("draws classes");
    }

    @Test
    void filesOfPrompts() throws IOException {
        Path file = folder.resolve("prompts.txt");
        List<String> arguments = List.of("--prompts", file.toString());

        Files.writeString(file, "");
        refused(Flux.folder(), arguments, "there is no prompt in the file");
        Files.writeString(file, "\ufeff\n  \n\r\n");
        refused(Flux.folder(), arguments, "there is no prompt in the file");
        Files.write(file, "é\nun café\n".getBytes(StandardCharsets.ISO_8859_1));
        refused(
                Flux.folder(),
                arguments,
                "line 1, byte 1 of the file: expected text in UTF-8, found 0xe9");
        Files.write(file, concat("é 🌸\nun ".getBytes(StandardCharsets.UTF_8), (byte) 0xe9));
        refused(
                Flux.folder(),
                arguments,
                "line 2, byte 12 of the file: expected text in UTF-8, found 0xe9");
        Files.writeString(file, "é\na\0b");
        refused(Flux.folder(), arguments, "line 2, byte 5 of the file");
        refused(Flux.folder(), List.of("--prompts", folder.toString()), "cannot be read");
    }

    private static byte[] concat(byte[] start, byte end) {
        byte[] all = Arrays.copyOf(start, start.length + 1);
        all[start.length] = end;
        return all;
    }

    @Test
    void guidanceForANetworkWithoutIt() throws IOException {
        refused(
                Flux.distilled(folder.resolve("schnell")),
                List.of("--prompt", "fox", "--guidance", "3.5"),
                "takes no guidance scale");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizer",
                "tokenizer_2",
                "text_encoder",
                "text_encoder_2",
                "transformer",
                "vae",
                "scheduler"
            })
    void missingComponent(String component) throws IOException {
        Path model = Flux.copy(folder.resolve("model"));
        ModelFolders.delete(model.resolve(component));
        refusedModel(model, "the component '" + component + "' is missing");
    }

    @Test
    void tokenizerThatDoesNotMatch() throws IOException {
        Path model = Flux.copy(folder.resolve("model"));
        ModelFolders.delete(model.resolve("tokenizer_2"));
        Files.createDirectory(model.resolve("tokenizer_2"));
        try (Stream<Path> files = Files.list(model.resolve("tokenizer"))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve("tokenizer_2").resolve(file.getFileName()));
            }
        }
        refusedModel(model, "the tokenizer must be the one that the encoder was trained with");
    }

    @Test
    void unknownKeyThatMayChangeTheComputation() throws IOException {
        Path model = Flux.copy(folder.resolve("model"));
        ModelFolders.json(
                model, "transformer/config.json", json -> json.put("pos_embed_type", "learned"));
        refusedModel(model, "the key 'pos_embed_type' may change the computation");
    }

    @Test
    void noSubject() {
        Cli run = Cli.run("generate", "--model", Flux.folder().toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("--prompt TEXT or --prompts FILE", "--help");
    }

    private void refusedModel(Path model, String expected) throws IOException {
        Refused.model(folder, model, expected);
    }

    private void refused(Path model, List<String> arguments, String expected) throws IOException {
        Refused.request(folder, model, arguments, expected);
    }
}
