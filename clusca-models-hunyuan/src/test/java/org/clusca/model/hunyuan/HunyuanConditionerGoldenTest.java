package org.clusca.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;

/** From prompts to what the network takes, against transformers. */
@Tag("golden")
final class HunyuanConditionerGoldenTest {
    private static Pipeline pipeline;
    private static SafetensorsFile golden;

    @BeforeAll
    static void open() {
        pipeline = Clusca.open(TinyHunyuan.folder());
        golden = Golden.file("hunyuan", "prompt_encoding.safetensors");
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Prompt prompt(String text) {
        return new Prompt(text, OptionalDouble.empty(), OptionalInt.of(TinyHunyuan.textLength()));
    }

    @Test
    void conditions() {
        List<String> prompts = TinyHunyuan.prompts();
        assertThat(prompts).hasSize(golden.shape("prompt_embeds")[0]);
        for (int row = 0; row < prompts.size(); row++) {
            assertCondition(
                    pipeline.condition(prompt(prompts.get(row))),
                    "prompt_embeds",
                    "prompt_mask",
                    row);
            Golden.assertClose(
                    "pooled " + row,
                    pipeline.condition(prompt(prompts.get(row)))
                            .rows()
                            .get(HunyuanTransformer.POOLED),
                    golden.tensor("pooled").rows(row, row + 1),
                    1e-5);
        }
    }

    /** The start that the caller gives decides where the text ends, too. */
    @Test
    void explicitStart(@TempDir Path folder) {
        int start = TinyHunyuan.settings().whole("crop_start_explicit");
        try (Pipeline cropping = Clusca.open(TinyHunyuan.cropped(folder, start))) {
            List<String> prompts = TinyHunyuan.prompts();
            for (int row = 0; row < golden.shape("prompt_embeds_explicit")[0]; row++) {
                Condition condition = cropping.condition(prompt(prompts.get(row)));
                assertCondition(condition, "prompt_embeds_explicit", "prompt_mask_explicit", row);
                assertThat(condition.warnings())
                        .anySatisfy(text -> assertThat(text).contains("tokens, Llama takes"));
            }
        }
    }

    private static void assertCondition(Condition condition, String embeds, String mask, int row) {
        Golden.assertClose(
                embeds + " " + row,
                condition.rows().get(HunyuanTransformer.TEXT),
                golden.tensor(embeds).rows(row, row + 1),
                1e-5);
        int[] expected = row(mask, row);
        assertThat(Wholes.of(condition.rows().get(HunyuanTransformer.MASK))).isEqualTo(expected);
        assertThat(Wholes.of(condition.context().get(HunyuanTransformer.MASK))).isEqualTo(expected);
    }

    @Test
    void idsThatTheEncodersAreGiven() {
        List<String> prompts = TinyHunyuan.prompts();
        for (int row = 0; row < prompts.size(); row++) {
            Map<String, Map<String, Tensor>> given = new HashMap<>();
            pipeline.model()
                    .conditioner()
                    .condition(
                            prompt(prompts.get(row)),
                            (encoder, inputs) -> {
                                given.put(encoder.name(), inputs);
                                int[] ids = inputs.get("ids").shape();
                                return Map.of(
                                        "pooled", Tensor.zeros(1, 1),
                                        "hidden", Tensor.zeros(ids[0], ids[1], 1));
                            });
            Map<String, Tensor> llama = given.get("text_encoder");
            assertThat(Wholes.of(llama.get("ids"))).isEqualTo(row("llama_ids", row));
            assertThat(Wholes.of(llama.get("mask"))).isEqualTo(row("llama_mask", row));
            assertThat(Wholes.of(given.get("text_encoder_2").get("ids")))
                    .isEqualTo(row("clip_ids", row));
        }
    }

    private static int[] row(String name, int row) {
        return Wholes.row(golden.longs(name), golden.shape(name)[1], row);
    }

    @Test
    void guidanceInTheNetworksUnit() {
        if (TinyHunyuan.takesGuidance()) {
            Prompt asked = new Prompt("a lamp", OptionalDouble.of(3.5), OptionalInt.of(20));
            assertThat(guidance(asked)).isEqualTo(3500);
            assertThat(guidance(prompt("a lamp"))).isEqualTo(6000);
        }
    }

    private static float guidance(Prompt prompt) {
        return pipeline.condition(prompt).rows().get(HunyuanTransformer.GUIDANCE).data().get(0);
    }

    @Test
    void saysWhatWasCut() {
        // a word is a token at least
        String text = "a boat ".repeat(TinyHunyuan.textLength() + 77) + "arrives";
        assertThat(pipeline.condition(prompt(text)).warnings())
                .hasSize(2)
                .anySatisfy(
                        said ->
                                assertThat(said)
                                        .contains("Llama takes " + TinyHunyuan.textLength()))
                .anySatisfy(said -> assertThat(said).contains("CLIP takes").endsWith("arrives'."));
    }
}
