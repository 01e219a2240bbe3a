package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchCommandTest {
    @TempDir private Path folder;

    private Cli batch(String... more) {
        String[] common = {
            "batch", "--in", folder.resolve("in.csv").toString(), "--out", out().toString()
        };
        String[] all = Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return Cli.run(all);
    }

    private Path out() {
        return folder.resolve("out");
    }

    @Test
    void makesRowsOnceAndSaysWhichFailed() throws IOException {
        Files.writeString(
                folder.resolve("in.csv"), "id,class,seed\na,owl,1\nb,nothing such,2\nc,sun,3\n");

        Cli first = batch("--steps", "3");

        assertThat(first.code()).isEqualTo(1);
        assertThat(first.out()).contains("2 made, 1 failed");
        assertThat(first.err()).contains("line 3: No class named 'nothing such'");
        assertThat(out().resolve("a.png")).exists();
        assertThat(out().resolve("b.png")).doesNotExist();

        Path json = folder.resolve("report.json");
        Cli second = batch("--steps", "3", "--json", json.toString());

        assertThat(second.out()).contains("0 made, 2 were there, 1 failed");
        Map<String, Object> report = Json.read(json);
        assertThat(((Number) report.get("made")).intValue()).isZero();
        assertThat((List<?>) report.get("failed")).hasSize(1);
    }

    @Test
    void refusesWhatIsNoTable() throws IOException {
        Files.writeString(folder.resolve("in.csv"), "polciy\nx\n");

        Cli run = batch();

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("a column 'polciy'").doesNotContain("\tat ");
        assertThat(out()).doesNotExist();
    }
}
