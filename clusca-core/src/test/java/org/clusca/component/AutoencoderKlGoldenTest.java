package org.clusca.component;

import java.nio.file.Path;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The decoder of FLUX against diffusers: a shift, no quant convolution, height unlike width. */
@Tag("golden")
class AutoencoderKlGoldenTest {
    @Test
    void decodesLikeDiffusers() {
        Path pipeline = Golden.folder("flux").resolve("pipeline");
        LocalModelDirectory directory = LocalModelDirectory.open(pipeline);
        SafetensorsFile golden = Golden.file("flux", "vae.safetensors");
        AutoencoderKl codec = AutoencoderKl.open(directory, "vae");
        OnnxGraph graph = new OnnxGraph("decoder", codec.weights());
        int channels = golden.shape("latent")[1];
        Value latent =
                graph.input("latent", ElementType.FLOAT32, "batch", channels, "height", "width");
        graph.output("decoded", codec.decode(graph, latent));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            Tensor expected = golden.tensor("decoded");
            Tensor input = unscaled(golden.tensor("latent"), directory.json("vae/config.json"));
            Tensor decoded = session.run(Map.of("latent", input), "decoded", expected.shape());
            Golden.assertClose("decoded", decoded, expected, 1e-5);
        }
    }

    /** The recorded latent is scaled and shifted already, which decode does by itself. */
    private static Tensor unscaled(Tensor latent, Config config) {
        double scale = config.real("scaling_factor", 1);
        double shift = config.real("shift_factor", 0);
        for (int i = 0; i < latent.size(); i++) {
            latent.data().put(i, (float) ((latent.data().get(i) - shift) * scale));
        }
        return latent;
    }
}
