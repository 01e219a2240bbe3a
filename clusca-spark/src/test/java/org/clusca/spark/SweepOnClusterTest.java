package org.clusca.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clusca.cli.OwnCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepOnClusterTest {
    @TempDir private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int sweep(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "sweep",
                                "--policies=fora:interval=2+3",
                                "--class=owl",
                                "--steps=6",
                                "--limit-steps=8",
                                "--fewer-steps=3",
                                "--out=" + csv(),
                                "--workers=2"));
        arguments.addAll(List.of(more));
        return new OwnCommands().run(arguments, stream(out), stream(err));
    }

    private Path csv() {
        return folder.resolve("sweep.csv");
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void cellsRunAsTasks() throws IOException {
        try (Cluster cluster = new Cluster(folder, 1)) {
            int code = sweep("--master", cluster.url());

            assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        }
        assertThat(Files.readString(csv())).contains("fora:interval=2", "fora:interval=3");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("wrote " + csv());
    }

    @Test
    void saysWhatReachesNothing() {
        assertThat(sweep("--master=yarn")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("Nothing on the class path reaches 'yarn'");
    }
}
