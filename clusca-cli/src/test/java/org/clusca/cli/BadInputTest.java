package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clusca.api.Tensor;
import org.clusca.io.EmbeddedModels;
import org.clusca.io.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every failure is one line and exit code 1, and nothing is written. */
class BadInputTest {
    private static final String WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--class sunflowr|Did you mean sunflower",
                "--class 50|numbered 0 to 49",
                "--class owl --policy cluska|Did you mean clusca",
                "--class owl --policy clusca:intervall=3|Did you mean interval",
                "--class owl --policy clusca:interval=0|must be 1 to 1000, found '0'",
                "--class owl --policy clusca:interval|is not key=value",
                "--class owl --policy clusca:clusters=257|only 256 tokens",
                "--class owl --clusterer kmens|Did you mean kmeans",
                "--class owl --clusterer random --policy fora|groups no tokens",
                "--class owl --policy clusca:clusterer=kmens|Did you mean kmeans",
                "--class owl --scheduler dim|Did you mean ddim",
                "--class owl --steps 0|at least 1, found 0",
                "--class owl --steps 1001|from 1 to 1000, found 1001",
                "--class owl --count 0|at least 1, found 0",
                "--class owl --count 1000000|are free",
                "--class owl --guidance -1|at least 0, found -1",
                "--class owl --threads 0|at least 1, found 0",
                "--class owl --timeout 0|above 0",
                "--class owl --timeout 0.001|timeout of 1 ms",
                "--class owl --weights int2|one of fp32, int8, int4, found 'int2'",
                "--class owl --weights encoders=int2|one of fp32, int8, int4, found 'int2'",
                "--class owl --weights vae=int8|as in transformer=int8,encoders=int4, found 'vae=int8'",
                "--class owl --weights encoders=int4|has no text encoders",
                "--class owl --compute int2|one of fp32, int8, tokens-int8, found 'int2'",
                "--class owl --compute int8:keep=-1|as in int8:keep=2",
                "--class owl --compute int8:blocks=2|as in int8:keep=2",
                "--class owl --compute tokens-int8:keep=2|of the others nothing",
                "--class owl --compute fp32,int8|takes one type here, found fp32,int8",
                "--class owl --compute int8 --weights int4|leave one of the two out",
                "--class owl --model /nowhere|no such file or folder",
                "--class owl --initial-latents /nowhere.safetensors|there is no such file",
            })
    void isRefusedInOneLine(String arguments, String expected) throws IOException {
        List<String> all = new ArrayList<>(List.of("generate"));
        all.addAll(List.of(arguments.split(" ")));
        refused(all, expected);
    }

    @Test
    void wrongLatents() throws IOException {
        Path file = folder.resolve("latents.safetensors");
        List<String> arguments =
                List.of("generate", "--class", "owl", "--initial-latents", file.toString());

        SafetensorsWriter.write(file, Map.of("latent", Tensor.zeros(1, 4, 32, 32)));
        refused(
                arguments,
                "expected a tensor 'latents' of dtype F32 and shape [1, 4, 32, 32], found only latent");
        SafetensorsWriter.write(file, Map.of("latents", Tensor.zeros(2, 4, 32, 32)));
        refused(arguments, "found F32 [2, 4, 32, 32]");
        Tensor broken = Tensor.zeros(1, 4, 32, 32);
        broken.data().put(17, Float.NaN);
        SafetensorsWriter.write(file, Map.of("latents", broken));
        refused(arguments, "holds NaN");
        Files.write(file, half());
        refused(arguments, "found F16 [1, 4, 32, 32]");
    }

    /** A safetensors file with float16 latents. */
    private static byte[] half() {
        byte[] header =
                "{\"latents\":{\"dtype\":\"F16\",\"shape\":[1,4,32,32],\"data_offsets\":[0,8192]}}"
                        .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + header.length + 8192)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    @Test
    void unwritableOutputs() throws IOException {
        Path missing = folder.resolve("no").resolve("x");
        refused(List.of("generate", "--class", "owl", "--out", missing + ".png"), "does not exist");
        refused(List.of("generate", "--class", "owl", "--out", folder.toString()), "is a folder");
        refused(
                List.of("generate", "--class", "owl", "--json", missing + ".json"),
                "does not exist");
        refused(
                List.of("generate", "--class", "owl", "--save-latents", missing + ".safetensors"),
                "does not exist");
        refused(List.of("compare", "--class", "owl", "--out", missing + ".png"), "does not exist");
        refused(List.of("bench", "--json", missing + ".json"), "does not exist");
    }

    @Test
    void emptyFolder() throws IOException {
        Path model = Files.createDirectory(folder.resolve("empty"));
        refused(model, "the folder is empty");
    }

    @Test
    void notAModel() throws IOException {
        Path model = Files.createDirectory(folder.resolve("other"));
        Files.writeString(model.resolve("readme.txt"), "nothing");
        refused(model, "not a model that can be read: expected a directory with model_index.json");
    }

    @Test
    void truncatedWeights() throws IOException {
        Path model = copy();
        try (FileChannel file =
                FileChannel.open(model.resolve(WEIGHTS), StandardOpenOption.WRITE)) {
            file.truncate(1_000_000);
        }
        refused(model, "truncated in tensor");
    }

    @Test
    void headerLongerThanTheFile() throws IOException {
        Path model = copy();
        byte[] length =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(50_000_000L).array();
        Files.write(model.resolve(WEIGHTS), length);
        refused(model, "diffusion_pytorch_model.safetensors");
    }

    @Test
    void missingTensor() throws IOException {
        Path model = copy();
        SafetensorsWriter.write(
                model.resolve(WEIGHTS), Map.of("pos_embed.proj.bias", Tensor.zeros(128)));
        refused(model, "no tensor ");
    }

    @Test
    void missingFile() throws IOException {
        Path model = copy();
        Files.delete(model.resolve("vae/config.json"));
        refused(model, "vae/config.json: there is no such file");
    }

    @Test
    void weightsThatAreNotFinite() throws IOException {
        Path model = copy();
        Path file = model.resolve(WEIGHTS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer nan =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN);
            channel.write(nan.flip(), channel.size() - 4);
        }
        List<String> arguments =
                List.of("generate", "--class", "3", "--steps", "2", "--model", model.toString());
        refused(arguments, "NaN");
        Cli scan = Cli.run("inspect", "--scan", model.toString());
        assertThat(scan.code()).isEqualTo(1);
        assertThat(scan.out()).contains("holds NaN or infinity");
    }

    @Test
    void wrongUsageIsOneLineToo() {
        for (List<String> arguments :
                List.of(
                        List.of("generate"),
                        List.of("generat"),
                        List.of("generate", "--class", "owl", "--step", "3"),
                        List.of("generate", "--class", "owl", "--steps", "many"))) {
            Cli run = Cli.run(arguments.toArray(String[]::new));

            assertThat(run.code()).as("%s", arguments).isEqualTo(2);
            assertThat(run.err().lines()).as("%s", arguments).hasSize(1);
            assertThat(run.err()).startsWith("clusca: ").contains("--help");
        }
    }

    private void refused(Path model, String expected) throws IOException {
        refused(List.of("generate", "--class", "3", "--model", model.toString()), expected);
        Cli inspected = Cli.run("inspect", model.toString());
        assertThat(inspected.code()).isEqualTo(1);
        assertThat(inspected.out() + inspected.err()).contains(expected);
    }

    private void refused(List<String> arguments, String expected) throws IOException {
        List<String> before = files();
        List<String> all = new ArrayList<>(arguments);
        if (!arguments.contains("--out") && !arguments.get(0).equals("bench")) {
            all.addAll(List.of("--out", folder.resolve("never.png").toString()));
        }

        Cli run = Cli.run(all.toArray(String[]::new));

        assertThat(run.code()).as("%s", arguments).isEqualTo(1);
        assertThat(run.err().lines()).as("%s", arguments).hasSize(1);
        assertThat(run.err()).startsWith("clusca: ").contains(expected);
        assertThat(run.out()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.map(Path::toString).sorted().toList();
        }
    }

    private Path copy() throws IOException {
        Path source = EmbeddedModels.path("emoji");
        Path target = folder.resolve("model");
        try (Stream<Path> walk = Files.walk(source)) {
            for (Path file : walk.toList()) {
                Files.copy(file, target.resolve(source.relativize(file).toString()));
            }
        }
        return target;
    }
}
