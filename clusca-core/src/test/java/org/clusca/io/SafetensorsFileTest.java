package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.io.RawSafetensors.info;
import static org.clusca.io.RawSafetensors.littleEndian;
import static org.clusca.io.RawSafetensors.tensor;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("weights.safetensors");
    }

    private SafetensorsFile open(String header, byte[] data) {
        return SafetensorsFile.open(RawSafetensors.write(file, header, data));
    }

    @Test
    void entriesLieInTheOrderOfTheFile() {
        String header =
                "{\"late\":"
                        + info("F32", "[2,1]", "[4,12]")
                        + ",\"__metadata__\":{\"format\":\"pt\"},\"empty\":"
                        + info("I64", "[0,3]", "[4,4]")
                        + ",\"early\":"
                        + info("F32", "[]", "[0,4]")
                        + "}   ";

        SafetensorsFile weights = open(header, new byte[12]);

        assertThat(weights.entries().keySet()).containsExactly("early", "empty", "late");
        SafetensorsFile.Entry late = weights.entries().get("late");
        assertThat(late.dtype()).isEqualTo("F32");
        assertThat(late.shape()).containsExactly(2, 1);
        assertThat(late.offset()).isEqualTo(8 + header.length() + 4);
        assertThat(late.bytes()).isEqualTo(8);
        assertThat(weights.metadata()).containsOnlyKeys("format").containsEntry("format", "pt");
        assertThat(weights.shape("early")).isEmpty();
        assertThat(weights.tensor("early").toArray()).containsExactly(0);
        assertThat(weights.longs("empty")).isEmpty();
        assertThat(weights.has("late")).isTrue();
        assertThat(weights.has("later")).isFalse();
    }

    @Test
    void fileWithoutTensors() {
        assertThat(open("{}", new byte[0]).entries()).isEmpty();
    }

    @Test
    void float32() {
        byte[] data =
                littleEndian(16).putFloat(1.5f).putFloat(-0f).putFloat(3e-45f).putFloat(7).array();

        Tensor tensor = open(tensor("F32", "[2,2]", "[0,16]"), data).tensor("t");

        assertThat(tensor.shape()).containsExactly(2, 2);
        assertThat(tensor.toArray()).containsExactly(1.5f, -0f, 3e-45f, 7);
    }

    @Test
    void float64IsRoundedOrExact() {
        byte[] data = littleEndian(16).putDouble(0.1).putDouble(-1e300).array();

        SafetensorsFile weights = open(tensor("F64", "[2]", "[0,16]"), data);

        assertThat(weights.tensor("t").toArray()).containsExactly(0.1f, Float.NEGATIVE_INFINITY);
        assertThat(weights.doubles("t")).containsExactly(0.1, -1e300);
    }

    @Test
    void everyFloat16() {
        ByteBuffer data = littleEndian(2 << 16);
        for (int bits = 0; bits < 1 << 16; bits++) {
            data.putShort((short) bits);
        }

        float[] values =
                open(tensor("F16", "[65536]", "[0,131072]"), data.array()).tensor("t").toArray();

        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat(values[bits]).as("bits %04x", bits).isEqualTo((Float) binary16(bits));
        }
    }

    /** By the definition of the format, in double. */
    private static float binary16(int bits) {
        double sign = (bits & 0x8000) == 0 ? 1 : -1;
        int exponent = bits >> 10 & 31;
        double fraction = (bits & 1023) / 1024.0;
        if (exponent == 31) {
            return (float) (fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN);
        }
        return (float)
                (exponent == 0
                        ? sign * fraction * Math.pow(2, -14)
                        : sign * (1 + fraction) * Math.pow(2, exponent - 15));
    }

    @Test
    void bfloat16() {
        byte[] data =
                littleEndian(8)
                        .putShort((short) 0x3f80)
                        .putShort((short) 0xc049)
                        .putShort((short) 0x0001)
                        .putShort((short) 0xff80)
                        .array();

        float[] values = open(tensor("BF16", "[4]", "[0,8]"), data).tensor("t").toArray();

        assertThat(values).containsExactly(1, -3.140625f, 0x1p-133f, Float.NEGATIVE_INFINITY);
    }

    @Test
    void wholeNumbers() {
        String header =
                "{\"i64\":"
                        + info("I64", "[2]", "[0,16]")
                        + ",\"i32\":"
                        + info("I32", "[1]", "[16,20]")
                        + ",\"u8\":"
                        + info("U8", "[2]", "[20,22]")
                        + "}";
        byte[] data =
                littleEndian(22)
                        .putLong(Long.MIN_VALUE)
                        .putLong(5)
                        .putInt(-7)
                        .put((byte) 255)
                        .put((byte) 1)
                        .array();

        SafetensorsFile weights = open(header, data);

        assertThat(weights.longs("i64")).containsExactly(Long.MIN_VALUE, 5);
        assertThat(weights.longs("i32")).containsExactly(-7);
        assertThat(weights.longs("u8")).containsExactly(255, 1);
    }

    @Test
    void tensorLargerThanOnePiece() {
        int count = 600_001;
        ByteBuffer data = littleEndian(4 * count);
        for (int i = 0; i < count; i++) {
            data.putFloat(i);
        }
        String header = tensor("F32", "[" + count + "]", "[0," + 4 * count + "]");

        float[] values = open(header, data.array()).tensor("t").toArray();

        for (int i = 0; i < count; i++) {
            if (values[i] != i) {
                assertThat(values[i]).as("value %d", i).isEqualTo(i);
            }
        }
        assertThat(values).hasSize(count);
    }

    @Test
    void otherDtypeThanAsked() {
        SafetensorsFile weights = open(tensor("I64", "[1]", "[0,8]"), new byte[8]);

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> weights.tensor("t"),
                file,
                "tensor t",
                "F32 or F16 or BF16 or F64",
                "found I64");
        assertRefused(ErrorCode.INVALID_MODEL, () -> weights.doubles("t"), "F64", "found I64");
    }

    @Test
    void noSuchTensor() {
        SafetensorsFile weights =
                open("{\"blocks.0.weight\":" + info("F32", "[1]", "[0,4]") + "}", new byte[4]);

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> weights.tensor("block.0.weight"),
                file,
                "'block.0.weight'",
                "Near: blocks.0.weight");
    }

    @Test
    void fileThatShrankAfterOpening() throws IOException {
        SafetensorsFile weights = open(tensor("F32", "[2]", "[0,8]"), new byte[8]);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        assertRefused(
                ErrorCode.CORRUPT_FILE, () -> weights.tensor("t"), file, "shorter", "tensor t");
    }

    /** The format gains types; a tensor that nothing reads must not make a file unreadable. */
    @Test
    void aTensorOfAnUnknownTypeIsRefusedOnlyWhenItIsRead() {
        String header =
                "{\"odd\":"
                        + info("F31", "[3]", "[0,7]")
                        + ",\"even\":"
                        + info("F32", "[1]", "[7,11]")
                        + "}";
        SafetensorsFile weights =
                open(header, littleEndian(11).put(new byte[7]).putFloat(2.5f).array());

        assertThat(weights.tensor("even").toArray()).containsExactly(2.5f);
        assertRefused(
                ErrorCode.INVALID_MODEL, () -> weights.tensor("odd"), file, "tensor odd", "F31");
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> FileWeights.of(weights).get("odd"),
                file,
                "tensor odd",
                "F31");
    }
}
