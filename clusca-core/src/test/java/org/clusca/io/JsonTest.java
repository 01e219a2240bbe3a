package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
    @TempDir Path folder;

    @Test
    void valuesBecomePlainOnes() throws IOException {
        Path file = folder.resolve("a.json");
        Files.writeString(
                file,
                "{\"i\":3,\"l\":5000000000,\"d\":1.0,\"big\":100000000000000000000,"
                        + "\"inf\":-Infinity,\"no\":null,\"yes\":true,\"list\":[1,{\"x\":\"ä\"}]}");

        Map<String, Object> read = Json.read(file);

        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("i", 3);
        expected.put("l", 5_000_000_000L);
        expected.put("d", 1.0);
        expected.put("big", 1e20);
        expected.put("inf", Double.NEGATIVE_INFINITY);
        expected.put("no", null);
        expected.put("yes", true);
        expected.put("list", Arrays.asList(1, Map.of("x", "ä")));
        assertThat(read).isEqualTo(expected);
    }

    @Test
    void errorsNameFileAndLine() throws IOException {
        Path file = folder.resolve("a.json");
        Files.writeString(file, "{\n\"a\": 1,\n\"b\" 2\n}");

        assertRefused(
                ErrorCode.CORRUPT_FILE, () -> Json.read(file), file, "not valid JSON", "line 3");
    }

    @Test
    void somethingElseThanAnObject() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "[]");

        assertRefused(ErrorCode.CORRUPT_FILE, () -> Json.read(file), file, "JSON object");
    }

    @Test
    void emptyFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "");

        assertRefused(ErrorCode.CORRUPT_FILE, () -> Json.read(file), file, "found nothing");
    }

    @Test
    void missingFile() {
        Path file = folder.resolve("a.json");

        assertRefused(ErrorCode.NOT_FOUND, () -> Json.read(file), file);
    }

    @Test
    void whatIsWrittenReadsBack() {
        Path file = folder.resolve("report.json");
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("policy", "clusca:interval=5");
        report.put("steps", List.of(1, 2.5, Map.of("ö", true)));

        Json.write(file, report);

        assertThat(Json.read(file)).isEqualTo(report);
        assertThat(file).content().contains("\n").endsWith("}\n");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aValueThatIsNoJsonLeavesNothing() {
        Path file = folder.resolve("report.json");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.write(file, Map.of("thread", new Object())))
                .withMessageContaining("java.lang.Object");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void mapsWithoutAnOrderAreWrittenByKey() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        ordered.put("z", List.of(Map.of("d", 1, "c", 2, "b", 3, "a", 4)));
        ordered.put("y", Map.of());

        assertThat(Json.text(ordered).replaceAll("\\s+", ""))
                .isEqualTo("{\"z\":[{\"a\":4,\"b\":3,\"c\":2,\"d\":1}],\"y\":{}}");
    }
}
