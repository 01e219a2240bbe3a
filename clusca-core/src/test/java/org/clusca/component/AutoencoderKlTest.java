package org.clusca.component;

import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Path;
import org.clusca.api.ErrorCode;
import org.clusca.io.LocalModelDirectory;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FLUX's autoencoder with a configuration that is not that of its weights, or of another kind. */
final class AutoencoderKlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "_class_name; \"AutoencoderTiny\"",
                "act_fn; \"relu\"",
                "scaling_factor; 0.0",
                "norm_num_groups; 3",
                "out_channels; 4",
                "mid_block_add_attention; false",
                "use_post_quant_conv; true",
                "up_block_types; [\"AttnUpDecoderBlock2D\"]",
            })
    void anotherAutoencoder(String key, String value, @TempDir Path copy) throws IOException {
        Path original = Golden.folder("flux").resolve("pipeline").resolve("vae");
        LocalModelDirectory changed = ConfigCopy.of(original, copy, key, value);

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> AutoencoderKl.open(changed, "vae"),
                "config.json",
                key);
    }
}
