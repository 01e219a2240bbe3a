package org.clusca.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchTableTest {
    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts.csv"), text);
    }

    private List<BatchTable.Line> read(String text) throws IOException {
        return BatchTable.read(file(text));
    }

    @Test
    void readsRows() throws IOException {
        List<BatchTable.Line> table =
                read(
                        "\ufeffPrompt,seed,width,height,steps,guidance,policy\r\n"
                                + "\"a fox, \"\"red\"\"\",18446744073709551615,640,480,4,3.5,\"clusca:interval=5,order=2\"\r\n"
                                + "-v is no option,,,,,,\r\n");

        BatchRow first = table.get(0).row().orElseThrow();
        assertThat(first.id()).isEqualTo("0000000");
        assertThat(first.prompt()).isEqualTo("a fox, \"red\"");
        assertThat(first.seed()).isEqualTo(-1);
        assertThat(first.size()).isEqualTo(new Size(640, 480, 0));
        assertThat(first.steps()).hasValue(4);
        assertThat(first.guidance()).hasValue(3.5);
        assertThat(first.policy()).contains("clusca:interval=5,order=2");
        BatchRow second = table.get(1).row().orElseThrow();
        assertThat(second.id()).isEqualTo("0000001");
        assertThat(second.prompt()).isEqualTo("-v is no option");
        assertThat(second.policy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b,c,d,e|5 cells for 4 columns",
                "fox,,x,|seed must be a whole number of 64 bits, found 'x'",
                "fox,,18446744073709551616,|seed must be a whole number of 64 bits",
                "fox,,1,0|steps must be a whole number above 0, found '0'",
                "fox,,1,2.5|steps must be a whole number above 0, found '2.5'",
                ",,1,2|neither a prompt nor a class",
                "fox,owl,1,2|both a prompt and a class",
            })
    void tellsWhatIsWrongInItsPlace(String line, String message) throws IOException {
        List<BatchTable.Line> table = read("prompt,class,seed,steps\n" + line + "\nfox,,,\n");

        assertThat(table).hasSize(2);
        assertThat(table.get(0).row()).isEmpty();
        assertThat(table.get(0).line()).isEqualTo(2);
        assertThat(table.get(0).error()).contains(message);
        assertThat(table.get(1).row()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up", "a/b", "", ".hidden", "a b", "\u00e4"})
    void refusesIdsThatNameNoFile(String id) throws IOException {
        BatchTable.Line line = read("id,prompt\n\"" + id + "\",fox\n").get(0);

        assertThat(line.row().map(BatchRow::id))
                .isEqualTo(id.isEmpty() ? Optional.of("0000000") : Optional.empty());
    }

    @Test
    void refusesAnIdTwice() throws IOException {
        assertThat(read("id,prompt\na,fox\na,owl\n").get(1).error()).contains("the id a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prompt,polciy|column 'polciy'; there are id, prompt, class, seed",
                "prompt,PROMPT|two columns prompt",
                "''|it is empty",
            })
    void refusesOtherTables(String header, String message) throws IOException {
        Path file = file(header);
        assertThatThrownBy(() -> BatchTable.read(file))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("is no table of prompts")
                .hasMessageContaining(message);
    }

    @Test
    void refusesWhatIsNotUtf8() throws IOException {
        Path file = folder.resolve("latin.csv");
        Files.write(file, "prompt\nf\u00fcchse\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> BatchTable.read(file)).hasMessageContaining("not in UTF-8");
        assertThatThrownBy(() -> BatchTable.read(folder.resolve("none.csv")))
                .hasMessageContaining("There is no file");
    }
}
