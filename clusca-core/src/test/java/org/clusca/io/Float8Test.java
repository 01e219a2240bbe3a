package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Weight;
import org.clusca.testing.RawTorch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Float8Test {
    private final SafetensorsFile file = SafetensorsFile.open(RawTorch.made("float8.safetensors"));

    /** Every number of the format, as torch widens it; NaN is NaN. */
    @ParameterizedTest
    @ValueSource(strings = {"float8_e4m3fn", "float8_e5m2"})
    void everyNumber(String name) throws IOException {
        Weight weight = file.weight(name + ".weight");
        ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(weight.file())) {
            channel.read(bytes, weight.offset());
        }
        bytes.flip();
        float[] widened = new float[256];
        for (int i = 0; i < 256; i++) {
            widened[i] = HalfPrecision.next(weight.dtype(), bytes);
        }
        assertThat(weight.scale()).isEqualTo(1);
        assertThat(widened).containsExactly(file.tensor(name + ".wide").toArray());
    }

    @Test
    void scales() {
        Weight weight = file.weight("scaled.weight");

        assertThat(weight.scale()).isEqualTo(0.25f);
        assertThat(weight.rows(3, 5).scale()).isEqualTo(0.25f);
        assertThat(weight.reshape(256).scale()).isEqualTo(0.25f);
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> file.weight("rows.weight"),
                file.path(),
                "rows.weight_scale",
                "found shape [16, 1]");
    }
}
