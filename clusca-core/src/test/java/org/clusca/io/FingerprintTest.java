package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    private static final int BYTES = 1 << 21;

    @TempDir private Path folder;
    private final byte[] data = new byte[BYTES];
    private String plain;

    @BeforeEach
    void fingerprint() {
        plain = of(write("model.safetensors", "F32"));
        assertThat(plain).matches("[0-9a-f]{32}");
    }

    private Path write(String name, String dtype) {
        int elements = BYTES / (dtype.equals("F32") ? 4 : 2);
        return RawSafetensors.write(
                folder.resolve(name),
                RawSafetensors.tensor(dtype, "[" + elements + "]", "[0," + BYTES + "]"),
                data);
    }

    private static String of(Path... files) {
        return Fingerprint.of(List.of(files));
    }

    @Test
    void doesNotDependOnNames() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path copy = Files.copy(folder.resolve("model.safetensors"), other.resolve("a.safetensors"));
        assertThat(of(copy)).isEqualTo(plain);
        Path second = write("b.safetensors", "BF16");
        assertThat(of(copy, second)).isEqualTo(of(second, copy)).isNotEqualTo(plain);
    }

    @Test
    void headersCount() {
        assertThat(of(write("bf16.safetensors", "BF16"))).isNotEqualTo(plain);
    }

    @Test
    void numbersCountAtSixtyFourPlaces() {
        for (int piece = 0; piece < 64; piece++) {
            int at = piece * (BYTES / 64) + 4095;
            data[at] = 1;
            assertThat(of(write("trained.safetensors", "F32")))
                    .as("byte %d", at)
                    .isNotEqualTo(plain);
            data[at] = 0;
        }
        // between the pieces, as its description says, nothing is read
        data[4096] = 1;
        assertThat(of(write("trained.safetensors", "F32"))).isEqualTo(plain);
    }

    @Test
    void theConfigurationBesideCounts() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, "{\"guidance_embeds\": true}");
        String one = of(folder.resolve("model.safetensors"));
        Files.writeString(config, "{\"guidance_embeds\": false}");
        assertThat(one).isNotEqualTo(plain).isNotEqualTo(of(folder.resolve("model.safetensors")));
    }

    @Test
    void aFileThatHasGone() {
        assertRefused(
                ErrorCode.NOT_FOUND, () -> of(folder.resolve("gone.safetensors")), "no such file");
    }
}
