package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.io.SafetensorsWriter;
import org.clusca.testing.ModelFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a model of videos too, every failure is one line and exit code 1, and nothing is written. */
class HunyuanBadInputTest {
    private static final List<String> SMALL =
            List.of("--width", "64", "--height", "64", "--steps", "2");

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--frames 60|number of frames must be a multiple of 4 plus 1 from 1 to 1025, found 60; 57 is one",
                "--frames 0|--frames must be at least 1, found 0",
                "--frames 5000|found 5000; 1025 is one",
                "--width 1000|width must be a multiple of 16 from 16 to 4096, found 1000; 992 is one",
                "--height 540|height must be a multiple of 16 from 16 to 4096, found 540; 528 is one",
                "--width 0|--width must be at least 1, found 0",
                "--fps 0|Frames per second must be 1 to 1000, found 0",
                "--fps -24|found -24",
                "--tile 64|overlap by 64: the overlap must be at least 0 and smaller than the tile",
                "--tile 0|overlap by 64",
                "--tile 100|must be multiples of 8, found 100",
                "--show-clusters|--show-clusters draws on pictures; leave it out for videos",
                "--policy clusca:clusters=50000|only ",
            })
    void isRefusedInOneLine(String arguments, String expected) throws IOException {
        List<String> all = new ArrayList<>(List.of("--prompt", "fox"));
        all.addAll(List.of(arguments.split(" ")));
        Refused.request(folder, Hunyuan.folder(), all, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "fox.gif, a video cannot be written as '.gif'; use .mp4",
        "fox.mp5, a video cannot be written as '.mp5'",
        "nowhere/fox.mp4, does not exist",
        "nowhere/fox, does not exist",
    })
    void outputs(String name, String expected) throws IOException {
        refusedOutput(name, expected);
    }

    @Test
    void whatIsThereAlready() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        Files.createDirectory(folder.resolve("folder.mp4"));
        Files.createDirectory(folder.resolve("full"));
        Files.writeString(folder.resolve("full/kept"), "");
        refusedOutput("file", "it is a file, not a folder");
        refusedOutput("folder.mp4", "it is a folder");
        refusedOutput("full", "the folder is not empty");
        refusedOutput("file/fox.mp4", "is not a folder");
    }

    private void refusedOutput(String name, String expected) throws IOException {
        List<String> all = new ArrayList<>(SMALL);
        all.addAll(List.of("--prompt", "fox", "--frames", "9"));
        all.addAll(List.of("--out", folder.resolve(name).toString()));
        Refused.request(folder, Hunyuan.folder(), all, expected);
    }

    @Test
    void latentsOfPictures() throws IOException {
        Path latents = folder.resolve("latents.safetensors");
        SafetensorsWriter.write(latents, Map.of("latents", Tensor.zeros(1, 16, 4, 4)));
        Refused.request(
                folder,
                Hunyuan.folder(),
                List.of("--prompt", "fox", "--initial-latents", latents.toString()),
                "shape [1, 16, 16, 68, 120], found F32 [1, 16, 4, 4]");
    }

    @ParameterizedTest
    @CsvSource({"--frames, 5", "--fps, 24", "--tile, 256"})
    void aModelOfPictures(String option, String value) throws IOException {
        String expected = "makes pictures, not videos; leave it out";
        Refused.request(folder, Flux.folder(), List.of("--prompt", "fox", option, value), expected);
        Refused.request(folder, null, List.of("--class", "owl", option, value), expected);
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
        Path model = Hunyuan.copy(folder.resolve("model"));
        ModelFolders.delete(model.resolve(component));
        Refused.model(folder, model, "the component '" + component + "' is missing");
    }

    @Test
    void templateThatDoesNotFit() throws IOException {
        Path model = Hunyuan.copy(folder.resolve("model"));
        ModelFolders.json(
                model,
                "model_index.json",
                json -> json.put("prompt_template", Map.of("template", "<|unheard_of|>{}")));
        Refused.model(folder, model, "does not fit the tokenizer");
    }

    @Test
    void aClass() throws IOException {
        Refused.request(folder, Hunyuan.folder(), List.of("--class", "fox"), "it has no classes");
        assertThat(Cli.run("generate", "--model", Hunyuan.folder().toString()).code()).isEqualTo(2);
    }
}
