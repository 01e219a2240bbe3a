package org.clusca.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("golden")
class CausalVideoAutoencoderTest {
    private final CausalVideoAutoencoder vae =
            CausalVideoAutoencoder.open(
                    LocalModelDirectory.open(Golden.folder("hunyuan").resolve("pipeline")), "vae");
    private final SafetensorsFile golden = Golden.file("hunyuan", "vae.safetensors");

    @ParameterizedTest
    @CsvSource({"decode_conv_in,0", "decode_mid,1", "decode_up_0,2", "decode_up_1,3"})
    void stages(String name, int stage) {
        assertGolden("latent", name, (graph, latent) -> vae.stages(graph, latent).get(stage));
    }

    @ParameterizedTest
    @CsvSource({"latent,decoded", "latent_1,decoded_1", "latent_6,decoded_6_untiled"})
    void wholeDecoder(String latent, String decoded) {
        assertGolden(latent, decoded, vae::decode);
    }

    private void assertGolden(
            String latent, String name, BiFunction<GraphBuilder, Value, Value> part) {
        Tensor expected = golden.tensor(name);
        Tensor actual =
                GraphRun.of(
                        vae.weights(),
                        Map.of("latent", scaled(latent)),
                        (graph, inputs) -> part.apply(graph, inputs.get("latent")),
                        expected.shape());
        Golden.assertClose(name, actual, expected, 1e-5);
    }

    /** The recorded latents are divided by the scaling factor already. */
    private Tensor scaled(String name) {
        Tensor latent = golden.tensor(name);
        for (int i = 0; i < latent.size(); i++) {
            latent.data().put(i, (float) (latent.data().get(i) * vae.scalingFactor()));
        }
        return latent;
    }

    @Test
    void sizesFollowFromTheConfiguration() {
        int[] latent = golden.shape("latent");
        int[] decoded = golden.shape("decoded");

        assertThat(
                        new int[] {
                            vae.latentChannels(),
                            (latent[2] - 1) * vae.temporalScale() + 1,
                            latent[3] * vae.scale(),
                            latent[4] * vae.scale()
                        })
                .isEqualTo(new int[] {latent[1], decoded[2], decoded[3], decoded[4]});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "_class_name; \"AutoencoderKL\"",
                "act_fn; \"gelu\"",
                "temporal_compression_ratio; 8",
                "spatial_compression_ratio; 6",
                "spatial_compression_ratio; 1024",
                "scaling_factor; 0.0",
                "norm_num_groups; 1009",
                "out_channels; 4",
                "mid_block_add_attention; false",
                "up_block_types; [\"UpDecoderBlock2D\"]",
            })
    void anotherKindOfAutoencoder(String key, String value, @TempDir Path copy) throws IOException {
        Path original = Golden.folder("hunyuan").resolve("pipeline").resolve("vae");
        LocalModelDirectory changed = ConfigCopy.of(original, copy, key, value);

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CausalVideoAutoencoder.open(changed, "vae"),
                "config.json",
                key);
    }
}
