package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.ErrorCode;
import org.clusca.testing.RawTorch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and hostile PyTorch files. */
final class MalformedTorchTest {
    @TempDir private Path folder;

    private void refused(RawTorch raw, Object... named) {
        Path file = raw.write(folder.resolve("model.bin"));
        assertRefused(ErrorCode.CORRUPT_FILE, () -> TorchFile.open(file), file);
        assertRefused(ErrorCode.CORRUPT_FILE, () -> TorchFile.open(file), named);
    }

    private static RawTorch tensor(String key, int stored, int offset, int[] shape, int[] strides) {
        return new RawTorch().tensor(key, stored, offset, shape, strides);
    }

    @Test
    void oneOfThemIsRight() {
        Path file =
                tensor("0", 6, 0, new int[] {2, 3}, new int[] {3, 1})
                        .entry("x/data/0", 24)
                        .write(folder.resolve("model.bin"));
        assertThat(TorchFile.open(file).weight("t").shape()).containsExactly(2, 3);
    }

    @Test
    void whatIsNotOfTensors() {
        refused(
                new RawTorch().global("posix", "system").text("touch x").ascii("\u0085R."),
                "refers to posix.system",
                "not loaded");
        refused(new RawTorch().global("torch", "load").ascii("."), "torch.load");
        refused(new RawTorch().global("builtins", "eval\u0000.").ascii("."), "refers to builtins.");
        refused(
                new RawTorch().text("ab").text("cd").bytes(0x93).ascii("."),
                "opcode 0x93 at byte 16");
        refused(new RawTorch().text("x").ascii("iposix\nsystem\n."), "opcode 0x69");
        refused(new RawTorch().whole(1).whole(2).ascii("R."), "a call is not described");
    }

    @Test
    void lengthsThatAreNotThere() {
        refused(new RawTorch().ascii("X").number(Integer.MAX_VALUE).ascii("."), "pickle is cut");
        refused(new RawTorch().ascii("X").number(-1).ascii("."), "pickle is cut");
        refused(new RawTorch().ascii("cposix"), "pickle is cut");
        refused(
                new RawTorch().ascii("}r").number(Integer.MAX_VALUE).ascii("."),
                "remembers number 2147483647 after 0 others");
        refused(new RawTorch().ascii("h").bytes(3).ascii("."), "asks for number 3 of 0");
        refused(new RawTorch().ascii("u."), "takes what is not there");
        refused(new RawTorch().ascii("}(K\u0001u."), "items");
        refused(new RawTorch().ascii("}))s."), "neither text nor a number");
        refused(new RawTorch().ascii("(".repeat(100_001)), "wait to be put together");
    }

    @Test
    void aDictionaryInItself() {
        refused(
                new RawTorch().ascii("}q").bytes(0).text("ema").ascii("h").bytes(0).ascii("s."),
                "no tensors by name");
    }

    @Test
    void namesOfStorages() {
        int[] one = {1};
        refused(tensor("../../secret", 1, 0, one, one), "must be a number", "../../secret");
        refused(tensor("7", 1, 0, one, one).entry("x/data/0", 4), "storage 7 is not in the file");
        refused(tensor("0", 1, 0, one, one).entry("y/data/0", 4), "storage 0 is not in the file");
        refused(
                tensor("0", 1, 0, one, one).entry("y/data.pkl", 4),
                "expected one data.pkl in its zip, found 2");
    }

    @Test
    void tensorsBeyondTheirStorage() {
        int huge = Integer.MAX_VALUE;
        int[] zero = {0};
        refused(
                tensor("0", 4, 1, new int[] {4}, new int[] {1}).entry("x/data/0", 16),
                "tensor t of shape [4]",
                "beyond its storage");
        refused(
                tensor("0", 4, 0, new int[] {2, 2}, new int[] {3, 1}).entry("x/data/0", 16),
                "beyond its storage");
        refused(
                tensor("0", 4, 0, new int[] {1 << 30}, zero).entry("x/data/0", 16),
                "beyond its storage");
        refused(
                tensor("0", 4, 0, new int[] {huge, huge, huge}, new int[3]).entry("x/data/0", 16),
                "larger than any file");
        refused(
                tensor("0", 4, huge, new int[] {huge, huge, 2}, new int[] {huge, huge, huge})
                        .entry("x/data/0", 16),
                "t of shape");
        refused(
                tensor("0", 5, 0, new int[] {4}, new int[] {1}).entry("x/data/0", 16),
                "must have 5 elements of F32, found 16 bytes");
        refused(
                tensor("0", 4, -1, new int[] {1}, new int[] {1}).entry("x/data/0", 16),
                "a tensor is not described");
    }

    @Test
    void aCompressedZip() {
        refused(
                tensor("0", 1 << 20, 0, new int[] {1 << 20}, new int[] {1})
                        .entry("x/data/0", 4 << 20)
                        .compressed(),
                "x/data/0 is compressed");
    }

    @Test
    void theOtherByteOrder() {
        refused(
                tensor("0", 1, 0, new int[] {1}, new int[] {1})
                        .entry("x/data/0", 4)
                        .entry("x/byteorder", "big".getBytes(StandardCharsets.US_ASCII)),
                "not little-endian");
    }

    /** The second entry of the directory shows the bytes of the first. */
    @Test
    void storagesOneInAnother() throws IOException {
        Path file =
                tensor("0", 4, 0, new int[] {4}, new int[] {1})
                        .entry("x/data/0", 16)
                        .entry("x/data/1", 16)
                        .write(folder.resolve("model.bin"));
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int second = -1;
        for (int i = 0, found = 0; i < bytes.length - 4 && found < 2; i++) {
            if (zip.getInt(i) == 0x02014b50) {
                found++;
                second = i;
            }
        }
        zip.putInt(second + 42, 0);
        Files.write(file, bytes);
        assertRefused(
                ErrorCode.CORRUPT_FILE, () -> TorchFile.open(file), file, "x/data/1", "overlaps");
    }

    @Test
    void cutAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(RawTorch.made("checkpoint.pt"));
        for (int length = 0; length < whole.length; length += 97) {
            Path file = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(whole, length));
            assertRefused(ErrorCode.CORRUPT_FILE, () -> TorchFile.open(file), file);
        }
    }

    @Test
    void otherFormats() throws IOException {
        Path legacy = RawTorch.made("legacy.pt");
        assertRefused(
                ErrorCode.CORRUPT_FILE,
                () -> TorchFile.open(legacy),
                legacy,
                "before version 1.6",
                "state_dict()");
        Path text = Files.writeString(folder.resolve("page.bin"), "<html>");
        assertRefused(ErrorCode.CORRUPT_FILE, () -> TorchFile.open(text), text, "is a zip");
        Path pointer = Files.writeString(folder.resolve("lfs.bin"), "version https://git-lfs");
        assertRefused(ErrorCode.CORRUPT_FILE, () -> TorchFile.open(pointer), "git lfs pull");
        for (Path none : List.of(folder, folder.resolve("none.bin"))) {
            assertRefused(ErrorCode.NOT_FOUND, () -> TorchFile.open(none), none);
        }
    }
}
