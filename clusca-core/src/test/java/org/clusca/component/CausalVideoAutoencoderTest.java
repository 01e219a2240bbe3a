package org.clusca.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
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
    @CsvSource({
        "AutoencoderKLHunyuanVideo,AutoencoderKL,_class_name",
        "silu,gelu,act_fn",
        "\"temporal_compression_ratio\": 4,\"temporal_compression_ratio\": 8,temporal_compression_ratio",
        "\"spatial_compression_ratio\": 8,\"spatial_compression_ratio\": 6,spatial_compression_ratio",
        "HunyuanVideoUpBlock3D,UpDecoderBlock2D,up_block_types",
    })
    void anotherKindOfAutoencoder(String from, String to, String named, @TempDir Path copy)
            throws IOException {
        Path original = Golden.folder("hunyuan").resolve("pipeline").resolve("vae");
        Path folder = Files.createDirectory(copy.resolve("vae"));
        String config = Files.readString(original.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), config.replace(from, to));
        String weights = "diffusion_pytorch_model.safetensors";
        Files.copy(original.resolve(weights), folder.resolve(weights));

        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CausalVideoAutoencoder.open(LocalModelDirectory.open(copy), "vae"),
                "config.json",
                named);
    }
}
