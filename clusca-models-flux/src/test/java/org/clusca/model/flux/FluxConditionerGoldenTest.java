package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Prompt;
import org.clusca.engine.Pipeline;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From prompts to what the network takes, against transformers. */
@Tag("golden")
final class FluxConditionerGoldenTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = Clusca.open(TinyFlux.folder());
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Prompt prompt(String text, int length) {
        return new Prompt(text, OptionalDouble.empty(), OptionalInt.of(length));
    }

    @Test
    void conditions() {
        SafetensorsFile golden = Golden.file("flux", "text_encoders.safetensors");
        Tensor pooled = golden.tensor("clip_pooled");
        Tensor states = golden.tensor("t5_last");
        List<String> prompts = TinyFlux.prompts();
        assertThat(prompts).hasSize(pooled.dimension(0)).hasSize(states.dimension(0));
        for (int row = 0; row < prompts.size(); row++) {
            Condition condition = pipeline.condition(prompt(prompts.get(row), states.dimension(1)));
            Golden.assertClose(
                    "pooled " + row,
                    condition.rows().get(FluxTransformer.POOLED),
                    pooled.rows(row, row + 1),
                    1e-5);
            Golden.assertClose(
                    "text " + row,
                    condition.context().get(FluxTransformer.TEXT),
                    states.rows(row, row + 1),
                    1e-5);
            assertThat(condition.rows().containsKey(FluxTransformer.GUIDANCE))
                    .isEqualTo(TinyFlux.takesGuidance());
        }
    }

    @Test
    void idsThatTheEncodersAreGiven() {
        SafetensorsFile golden = Golden.file("flux", "tokens.safetensors");
        List<String> prompts = TinyFlux.prompts();
        int length = golden.shape("t5_ids")[1];
        for (int row = 0; row < prompts.size(); row++) {
            Map<String, int[]> given = new HashMap<>();
            pipeline.model()
                    .conditioner()
                    .condition(
                            prompt(prompts.get(row), length),
                            (encoder, inputs) -> {
                                given.put(encoder.name(), wholes(inputs.get("ids")));
                                Tensor any = Tensor.zeros(1, 1);
                                return Map.of("pooled", any, "hidden", any);
                            });
            assertThat(given.get("text_encoder")).isEqualTo(row(golden, "clip_ids", row));
            assertThat(given.get("text_encoder_2")).isEqualTo(row(golden, "t5_ids", row));
        }
    }

    /** A prompt is cut where it has more tokens than fit, and only there. */
    @Test
    void saysWhatWasCut() {
        SafetensorsFile golden = Golden.file("flux", "tokens.safetensors");
        List<String> prompts = TinyFlux.prompts();
        int clipLength = golden.shape("clip_ids")[1];
        int t5Length = golden.shape("t5_ids")[1];
        for (int row = 0; row < prompts.size(); row++) {
            int clip = golden.shape("clip_raw_" + row)[0];
            int t5 = golden.shape("t5_raw_" + row)[0];
            List<String> warnings =
                    pipeline.condition(prompt(prompts.get(row), t5Length)).warnings();
            assertThat(warnings).hasSize((clip > clipLength ? 1 : 0) + (t5 > t5Length ? 1 : 0));
            assertThat(warnings.stream().anyMatch(text -> text.contains(clip + " tokens, CLIP")))
                    .isEqualTo(clip > clipLength);
            assertThat(warnings.stream().anyMatch(text -> text.contains(t5 + " tokens, T5")))
                    .isEqualTo(t5 > t5Length);
            String end = prompts.get(row).strip();
            assertThat(warnings)
                    .allSatisfy(
                            text -> {
                                String lost =
                                        text.substring(text.indexOf('\'') + 1, text.length() - 2);
                                assertThat(lost).isNotBlank();
                                assertThat(end).endsWith(lost);
                            });
        }
    }

    private static int[] wholes(Tensor tensor) {
        int[] values = new int[tensor.size()];
        Arrays.setAll(values, i -> (int) tensor.data().get(i));
        return values;
    }

    private static int[] row(SafetensorsFile golden, String name, int row) {
        int length = golden.shape(name)[1];
        return Arrays.stream(golden.longs(name), row * length, (row + 1) * length)
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
