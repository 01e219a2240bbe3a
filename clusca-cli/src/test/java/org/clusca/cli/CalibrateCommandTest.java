package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CalibrateCommandTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"xslim", "hyca"})
    void writesAFileThatGenerateTakes(String policy) {
        Path file = folder.resolve(policy + ".json");
        Cli made =
                Cli.run(
                        "calibrate",
                        "--policy=" + policy,
                        "--class=owl",
                        "--steps=14",
                        "--out=" + file);

        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out())
                .contains("emoji, 14 steps, ddim, guidance 3", "wrote " + file)
                .contains("--policy \"" + policy + ":file=" + file + "\"");
        assertThat(made.err()).doesNotContain("warning");

        Cli used = generate(policy + ":file=" + file, 14);
        assertThat(used.code()).as(used.err()).isZero();
        assertThat(used.out()).contains("policy " + policy + ":file=" + file + ",hash=");

        Cli other = generate(policy + ":file=" + file, 12);
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("on 14 steps", "has 12", "Run clusca calibrate");
    }

    private Cli generate(String policy, int steps) {
        return Cli.run(
                "generate",
                "--class=rocket",
                "--steps=" + steps,
                "--policy=" + policy,
                "--out=" + folder.resolve("rocket.png"));
    }

    @ParameterizedTest
    @CsvSource({
        "fora, nothing to calibrate of policy fora",
        "hycka, Did you mean hyca",
        "hyca:interval=1, interval of calibrating policy hyca must be 2 to 1000",
        "xslim:ratio=2, No parameter 'ratio'",
        "hyca:interval=9, at least 20 steps"
    })
    void whatCannotBeCalibrated(String policy, String expected) throws IOException {
        Path file = folder.resolve("c.json");
        Files.writeString(file, "before");
        Cli run =
                Cli.run(
                        "calibrate",
                        "--policy=" + policy,
                        "--class=owl",
                        "--steps=14",
                        "--out=" + file);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(expected);
        assertThat(file).hasContent("before");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    }

    @Test
    void usage() {
        assertThat(Cli.run("calibrate", "--class=owl").err()).contains("--policy");
        assertThat(Cli.run("calibrate", "--policy=hyca").err()).contains("Missing what to draw");
        assertThat(
                        Cli.run(
                                        "calibrate",
                                        "--policy=hyca",
                                        "--class=owl",
                                        "--out=" + folder.resolve("none/c.json"))
                                .err())
                .contains("none");
    }

    @Test
    void policiesSayHowTheyAreCalibrated() {
        assertThat(Cli.run("list", "--policies").out())
                .containsSubsequence(
                        "  hyca: ",
                        "arXiv 2510.04188",
                        "solver=taylor2",
                        "adams-moulton",
                        "file=",
                        "calibrated by clusca calibrate:",
                        "groups=3",
                        "  xslim: ",
                        "arXiv 2512.12604",
                        "steps=fast",
                        "ratio=0.7",
                        "threshold=1");
    }
}
