package org.clusca.io;

import static org.clusca.io.RawSafetensors.info;
import static org.clusca.io.RawSafetensors.tensor;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a safetensors file can be wrong, and what the error says. */
class MalformedSafetensorsTest {
    private static final byte[] NONE = {};

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("weights.safetensors");
    }

    private void assertCorrupt(Object... named) {
        assertRefused(ErrorCode.CORRUPT_FILE, () -> SafetensorsFile.open(file), file);
        assertRefused(ErrorCode.CORRUPT_FILE, () -> SafetensorsFile.open(file), named);
    }

    private void assertHeaderCorrupt(String header, int dataBytes, Object... named) {
        RawSafetensors.write(file, header, new byte[dataBytes]);
        assertCorrupt(named);
    }

    @Test
    void missing() {
        assertRefused(
                ErrorCode.NOT_FOUND, () -> SafetensorsFile.open(file), file, "there is no such");
    }

    @Test
    void folderInstead() {
        assertRefused(
                ErrorCode.NOT_FOUND, () -> SafetensorsFile.open(folder), folder, "found a folder");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void shorterThanTheLength(int size) throws IOException {
        Files.write(file, new byte[size]);

        assertCorrupt("8 bytes", size + " bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1, 18446744073709551615",
        "100000001, 100000001",
        "9223372036854775807, 9223372036854775807"
    })
    void impossibleHeaderLength(long length, String shown) {
        RawSafetensors.write(file, length, "{}".getBytes(StandardCharsets.UTF_8), NONE);

        assertCorrupt("1 to 100000000", "found " + shown);
    }

    @Test
    void headerPastTheEnd() {
        RawSafetensors.write(file, 20, "{}".getBytes(StandardCharsets.UTF_8), NONE);

        assertCorrupt("truncated", "at least 28 bytes", "found 10");
    }

    @Test
    void pointerOfGitLfs() throws IOException {
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");

        assertCorrupt("git lfs pull");
    }

    @Test
    void headerThatIsNotAnObject() {
        assertHeaderCorrupt("[1, 2]", 0, "JSON object");
    }

    @Test
    void headerWithSpacesAhead() {
        assertHeaderCorrupt(" {}", 0, "start with '{'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"t\":", "{\"t\" 1}", "{'t':1}", "{\"t\":{}", "{,}"})
    void invalidJson(String header) {
        assertHeaderCorrupt(header, 0, "not valid JSON", "line 1");
    }

    @Test
    void jsonThatGoesOn() {
        assertHeaderCorrupt("{} {}", 0, "goes on");
    }

    @Test
    void jsonTooDeep() {
        assertHeaderCorrupt("{\"t\":" + "[".repeat(5000), 0, "not valid JSON");
    }

    @Test
    void invalidUtf8() {
        byte[] header = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
        RawSafetensors.write(file, header.length, header, NONE);

        assertCorrupt("UTF-8");
    }

    @Test
    void tensorThatIsNotAnObject() {
        assertHeaderCorrupt("{\"t\":[1]}", 0, "tensor t", "JSON object", "[1]");
    }

    @Test
    void duplicateNames() {
        String one = info("F32", "[1]", "[0,4]");
        assertHeaderCorrupt("{\"same\":" + one + ",\"same\":" + one + "}", 4, "uplicate", "same");
    }

    @Test
    void missingDtype() {
        assertHeaderCorrupt(
                "{\"t\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor t", "dtype", "null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[-1]", "[2,-3]", "[1.0]", "[\"1\"]", "3", "[null]", "null"})
    void badShape(String shape) {
        assertHeaderCorrupt(tensor("F32", shape, "[0,4]"), 4, "tensor t", "shape", "at least 0");
    }

    @Test
    void shapeThatOverflows() {
        assertHeaderCorrupt(
                tensor("F32", "[4294967296,4294967296]", "[0,0]"), 0, "tensor t", "4294967296");
    }

    @Test
    void partOfAByte() {
        assertHeaderCorrupt(tensor("F4", "[3]", "[0,1]"), 1, "tensor t", "whole bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[-4,0]", "[0]", "[0,4,8]", "[0.0,4]", "[0,18446744073709551616]"})
    void badOffsets(String offsets) {
        assertHeaderCorrupt(tensor("F32", "[1]", offsets), 4, "tensor t", "data_offsets");
    }

    @Test
    void endBeforeBegin() {
        assertHeaderCorrupt(tensor("F32", "[1]", "[4,0]"), 4, "tensor t", "[4, 0]");
    }

    @Test
    void offsetsNearTheLargestNumber() {
        assertHeaderCorrupt(
                tensor("F32", "[1]", "[9223372036854775803,9223372036854775807]"),
                4,
                "tensor t",
                "9223372036854775807");
    }

    @Test
    void bytesThatDoNotFitTheShape() {
        assertHeaderCorrupt(
                tensor("F32", "[2,3]", "[0,20]"), 20, "tensor t", "[2, 3]", "24 bytes", "found 20");
    }

    @Test
    void truncatedData() {
        String header = tensor("F32", "[2,3]", "[0,24]");
        int expected = 8 + header.length() + 24;
        assertHeaderCorrupt(
                header,
                23,
                "truncated in tensor t",
                "expected a file of " + expected + " bytes",
                "found " + (expected - 1));
    }

    @Test
    void trailingBytes() {
        String header = tensor("F32", "[1]", "[0,4]");
        int expected = 8 + header.length() + 4;
        assertHeaderCorrupt(
                header,
                5,
                "follow the last tensor",
                "expected a file of " + expected + " bytes",
                "found " + (expected + 1));
    }

    @Test
    void overlap() {
        assertHeaderCorrupt(
                "{\"a\":"
                        + info("F32", "[2]", "[0,8]")
                        + ",\"b\":"
                        + info("F32", "[2]", "[4,12]")
                        + "}",
                12,
                "tensor b",
                "overlaps tensor a");
    }

    @Test
    void gapBetween() {
        assertHeaderCorrupt(
                "{\"a\":"
                        + info("F32", "[1]", "[0,4]")
                        + ",\"b\":"
                        + info("F32", "[1]", "[8,12]")
                        + "}",
                12,
                "tensor b",
                "gap after tensor a");
    }

    @Test
    void gapAtTheStart() {
        assertHeaderCorrupt(tensor("F32", "[1]", "[4,8]"), 8, "tensor t", "gap after the header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "{\"a\":1}", "[]"})
    void metadataThatIsNotText(String metadata) {
        assertHeaderCorrupt("{\"__metadata__\":" + metadata + "}", 0, "__metadata__");
    }

    @Test
    void longAndBrokenNamesStayOnOneLine() {
        assertHeaderCorrupt("{\"a\\nb" + "c".repeat(1000) + "\":3}", 0, "tensor a bccc", "c...");
    }
}
