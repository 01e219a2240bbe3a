package org.clusca.video;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.component.CausalVideoAutoencoder;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tiled decoding of the video autoencoder against the library's. */
@Tag("golden")
class TiledGoldenTest {
    private final CausalVideoAutoencoder vae =
            CausalVideoAutoencoder.open(
                    LocalModelDirectory.open(Golden.folder("hunyuan").resolve("pipeline")), "vae");

    @Test
    void inTime() {
        assertGolden(VideoTiles.DEFAULT.inTimeOnly(), "latent_6", "decoded_6_tiled");
    }

    @Test
    void inSpace() {
        // the recorded call: tiles of 32 pixels, 24 apart
        VideoTiles.Axis axis = new VideoTiles.Axis(32, 24);
        VideoTiles tiles = new VideoTiles(axis, axis, VideoTiles.DEFAULT.frames());

        assertGolden(tiles, "latent_spatial", "decoded_spatial_tiled");
    }

    @Test
    void notAtAll() {
        assertGolden(VideoTiles.DEFAULT, "latent", "decoded");
    }

    private void assertGolden(VideoTiles tiles, String latent, String decoded) {
        SafetensorsFile golden = Golden.file("hunyuan", "vae.safetensors");
        OnnxGraph graph = new OnnxGraph("decoder", vae.weights());
        graph.output(
                "video",
                vae.decode(
                        graph,
                        // recorded latents are divided by the scaling factor already
                        graph.multiply(
                                graph.input(
                                        "latent",
                                        ElementType.FLOAT32,
                                        1,
                                        vae.latentChannels(),
                                        "frames",
                                        "height",
                                        "width"),
                                graph.scalar(vae.scalingFactor()))));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            TiledDecoder decoder =
                    new TiledDecoder(
                            tiles,
                            vae.scale(),
                            vae.temporalScale(),
                            (tile, target) ->
                                    session.runInto(Map.of("latent", tile), "video", target));
            Tensor video = TiledDecoderTest.collect(decoder, golden.tensor(latent));
            Golden.assertClose(decoded, video, golden.tensor(decoded), 1e-5);
        }
    }
}
