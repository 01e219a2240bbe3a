package org.clusca.component;

import org.clusca.api.Tensor;
import org.clusca.api.model.Encoder;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** CLIP and T5 against transformers, on recorded ids. */
@Tag("golden")
class TextEncoderGoldenTest {
    private static final double TOLERANCE = 1e-5;

    private static LocalModelDirectory directory(String model) {
        return LocalModelDirectory.open(Golden.folder(model).resolve("pipeline"));
    }

    private static void compare(
            Encoder encoder, Tensor ids, String output, SafetensorsFile golden, String name) {
        Tensor expected = golden.tensor(name);
        Golden.assertClose(
                name,
                EncoderRun.output(encoder, ids, output, expected.shape()),
                expected,
                TOLERANCE);
    }

    /** The configuration does not know the end token: the largest id is taken. */
    @Test
    void clipOfFlux() {
        SafetensorsFile golden = Golden.file("flux", "text_encoders.safetensors");
        Tensor ids = EncoderRun.ids(Golden.file("flux", "tokens.safetensors"), "clip_ids");
        ClipTextEncoder encoder = ClipTextEncoder.open(directory("flux"), "text_encoder");
        compare(encoder, ids, "hidden", golden, "clip_last");
        compare(encoder, ids, "pooled", golden, "clip_pooled");
    }

    /** The configuration knows the end token. */
    @Test
    void clipOfHunyuanVideo() {
        SafetensorsFile golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
        ClipTextEncoder encoder = ClipTextEncoder.open(directory("hunyuan"), "text_encoder_2");
        compare(encoder, EncoderRun.ids(golden, "clip_ids"), "pooled", golden, "pooled");
    }

    @Test
    void t5() {
        SafetensorsFile golden = Golden.file("flux", "text_encoders.safetensors");
        Tensor ids = EncoderRun.ids(Golden.file("flux", "tokens.safetensors"), "t5_ids");
        T5Encoder encoder = T5Encoder.open(directory("flux"), "text_encoder_2");
        compare(encoder, ids, "hidden", golden, "t5_last");
    }

    @Test
    void t5BeyondTheFarthestDistance() {
        SafetensorsFile golden = Golden.file("flux", "text_encoders.safetensors");
        T5Encoder encoder = T5Encoder.open(directory("flux"), "text_encoder_2");
        compare(encoder, EncoderRun.ids(golden, "t5_long_ids"), "hidden", golden, "t5_long_last");
    }

    @Test
    void t5PositionBias() {
        Tensor expected =
                Golden.file("flux", "text_encoders.safetensors").tensor("t5_position_bias");
        T5Encoder encoder = T5Encoder.open(directory("flux"), "text_encoder_2");
        Tensor ids = Tensor.zeros(1, expected.dimension(2));
        Golden.assertClose(
                "t5_position_bias",
                EncoderRun.part(encoder, ids, encoder::positionBias, expected.shape()),
                expected,
                0);
    }
}
