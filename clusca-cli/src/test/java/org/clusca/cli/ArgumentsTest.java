package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clusca.io.CacheFolder;
import org.clusca.io.Json;
import org.clusca.io.PngReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** What the command line makes of the words it is given. */
class ArgumentsTest {
    @TempDir private Path folder;

    /** On a picture of four tokens, which the default policy has too many clusters for. */
    @Test
    void promptsAreLiteralAndClustersFitASmallPicture() throws Exception {
        Path report = folder.resolve("report.json");
        Path out = folder.resolve("out.png");

        Cli run =
                Cli.run(
                        "generate",
                        "--model",
                        Flux.folder().toString(),
                        "--prompt",
                        "@home, sweet home",
                        "--prompt",
                        "--help",
                        "--prompt",
                        "-h",
                        "--width",
                        "32",
                        "--height",
                        "32",
                        "--steps",
                        "4",
                        "--seed",
                        "18446744073709551615",
                        "--policy",
                        "clusca",
                        "--json",
                        report.toString(),
                        "--out",
                        out.toString());

        assertThat(run.code()).as(run.err()).isZero();
        Map<String, Object> said = Json.read(report);
        assertThat(said.get("prompts")).isEqualTo(List.of("@home, sweet home", "--help", "-h"));
        assertThat(said.get("policy").toString()).contains("clusters=4,");
        assertThat(said.get("seed")).isEqualTo(-1);
        assertThat(run.err()).contains("fewer tokens than the 16 clusters of policy clusca");
        assertThat(PngReader.metadata(out)).containsEntry("seed", "-1");
    }

    @Test
    void onlyPromptsAreTied() {
        assertThat(Arguments.tied(new String[] {"--prompt", "-x", "--class", "a", "--prompt"}))
                .containsExactly("--prompt=\0-x", "--class", "a", "--prompt");
        assertThat(Arguments.tied(new String[] {"--prompts", "x", "--prompt=", "--prompt=--a"}))
                .containsExactly("--prompts", "x", "--prompt=\0", "--prompt=\0--a");
        assertThat(Arguments.tied(new String[] {"--negative-prompt", "-y", "--out=--prompt"}))
                .containsExactly("--negative-prompt=\0-y", "--out=--prompt");
        assertThat(new Arguments.Literal().convert("\0-x")).isEqualTo("-x");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775808, -9223372036854775808",
        "18446744073709551615, -1",
        "+4294967297, 4294967297"
    })
    void seedsOf64Bits(String text, long seed) {
        assertThat(new Seed().convert(text)).isEqualTo(seed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"18446744073709551616", "-9223372036854775809", "1.5", "", "0x7", "\u0663"})
    void otherSeedsAreToldTheRange(String text) {
        assertThatThrownBy(() -> new Seed().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContainingAll("-9223372036854775808", "18446744073709551615", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jpg", "a.JPEG", "a.webp", "a.mp4", "a.png.gif"})
    void aPictureIsNotNamedAsAnotherFormat(String name) throws Exception {
        Refused.request(
                folder,
                null,
                List.of("--class", "owl", "--out", folder.resolve(name).toString()),
                "end its name in .png");
    }

    @Test
    void nothingAtAllIsHelp() {
        Cli run = Cli.run();
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: clusca").contains("generate", "CLUSCA_CACHE");
    }

    /** In the folder of the tests, see the build. */
    @Test
    void theCacheIsListedAndCleared() throws Exception {
        Path cache = CacheFolder.usual();
        Files.createDirectories(cache);
        Files.write(cache.resolve("0a1b.int8"), new byte[2048]);

        Cli listed = Cli.run("cache", "list");
        assertThat(listed.out()).contains("0a1b.int8  2.0 KiB", cache.toString(), "32.0 GiB");

        Cli cleared = Cli.run("cache", "clear");
        assertThat(cleared.code()).isZero();
        assertThat(cleared.out()).contains("freed");
        assertThat(cache.resolve("0a1b.int8")).doesNotExist();
    }

    /** File systems count bytes: 255 of them, with what is put behind a stem. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ö", "北", "𓂀"})
    void aNameMadeOfAPromptFits(String letter) {
        String stem =
                Subject.stem(
                        org.clusca.Clusca.create().model(Flux.folder()),
                        List.of(letter.repeat(300)));
        assertThat(stem.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSizeBetween(50, 100);
    }
}
