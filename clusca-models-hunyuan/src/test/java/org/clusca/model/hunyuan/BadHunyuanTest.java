package org.clusca.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.SafetensorsWriter;
import org.clusca.testing.ModelFolders;
import org.clusca.tokenize.Tokenizer;
import org.clusca.video.VideoTiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories and requests that do not fit: what is said of them, before anything is loaded. */
final class BadHunyuanTest {
    private static final Clusca CLUSCA = Clusca.create();

    @TempDir private Path folder;
    private int tokenizers;

    @BeforeEach
    void count() {
        tokenizers = Tokenizer.openTokenizers();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(Tokenizer.openTokenizers()).isEqualTo(tokenizers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizer",
                "tokenizer_2",
                "text_encoder",
                "text_encoder_2",
                "transformer",
                "vae",
                "scheduler"
            })
    void missingComponent(String component) {
        ModelFolders.delete(TinyHunyuan.copy(folder).resolve(component));
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> CLUSCA.model(folder),
                folder,
                "the component '" + component + "' is missing");
    }

    @Test
    void theOriginalTransformerIsCalledByItsName() {
        Path file = folder.resolve("hunyuan_video_720.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of(
                        "double_blocks.0.img_attn_qkv.weight",
                        Tensor.zeros(1),
                        "txt_in.individual_token_refiner.blocks.0.norm1.weight",
                        Tensor.zeros(1)));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(file),
                file,
                "the transformer of HunyuanVideo in its original naming",
                "hunyuanvideo-community/HunyuanVideo");
    }

    @ParameterizedTest
    @CsvSource({
        "norm_type, other",
        "image_condition_type, token_replace",
        "qk_norm, layer_norm",
        "mlp_ratio, 3",
        "patch_size_t, 2",
        "out_channels, 3",
        "num_layers, 0"
    })
    void otherTransformers(String key, String value) {
        Object given = value.matches("\\d+") ? (Object) Integer.valueOf(value) : value;
        ModelFolders.json(
                TinyHunyuan.copy(folder), "transformer/config.json", json -> json.put(key, given));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                folder.resolve("transformer/config.json"),
                "'" + key + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "text_encoder, tokenizer, vocab_size, vocab_size",
        "text_encoder_2, tokenizer_2, vocab_size, vocab_size",
        "text_encoder, text_encoder, hidden_size, hidden_size",
        "text_encoder_2, text_encoder_2, hidden_size, hidden_size",
        "vae, vae, latent_channels, latent_channels",
    })
    void componentsOfDifferentPipelines(String changed, String named, String key, String said) {
        ModelFolders.json(
                TinyHunyuan.copy(folder),
                changed + "/config.json",
                json -> json.put(key, ((Number) json.get(key)).intValue() / 2));
        assertRefused(
                ErrorCode.INCOMPATIBLE, () -> CLUSCA.model(folder), folder.resolve(named), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no place for the prompt", "{} and {0}", "<|unheard_of|>{}<|eot_id|>"})
    void templates(String text) {
        TinyHunyuan.template(TinyHunyuan.copy(folder), Map.of("template", text));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "model_index.json",
                "'prompt_template'");
    }

    @Test
    void templateWithoutText() {
        TinyHunyuan.template(TinyHunyuan.copy(folder), Map.of("crop_start", 3));
        assertRefused(ErrorCode.INVALID_MODEL, () -> CLUSCA.model(folder), "'template'");
    }

    @Test
    void moreCutOffThanThereIs() {
        TinyHunyuan.cropped(folder, 10_000);
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "does not fit the tokenizer",
                "10000 tokens");
    }

    @Test
    void sizes() {
        Model model = CLUSCA.model(TinyHunyuan.folder());
        assertThat(model.latentShape(new Size(64, 32, 9))).endsWith(3, 4, 8);
        assertThat(model.latentShape(new Size(64, 32, 1))).endsWith(1, 4, 8);
        assertThat(model.latentShape(Size.DEFAULT)).endsWith(16, 68, 120);
        for (int wrong : new int[] {1, 15, 17, 40, 1 << 20}) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.latentShape(new Size(wrong, 32, 9)),
                    "width",
                    "multiple of 16",
                    "found " + wrong);
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.latentShape(new Size(32, wrong, 9)),
                    "height",
                    "found " + wrong);
        }
        for (int wrong : new int[] {2, 4, 60, 1 << 20}) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.latentShape(new Size(32, 32, wrong)),
                    "number of frames",
                    "multiple of 4 plus 1",
                    "found " + wrong);
        }
    }

    @Test
    void aSmallDirectorySaysWhatItWasTrainedWith() {
        TinyHunyuan.copy(folder);
        ModelFolders.json(
                folder,
                "model_index.json",
                json -> {
                    json.put("clusca_size", List.of(64, 32, 17));
                    json.put("clusca_guidance", 4.5);
                });
        ModelFolders.json(
                folder,
                "text_encoder/config.json",
                json -> json.put("max_position_embeddings", 28));
        Model model = CLUSCA.model(folder);
        assertThat(model.latentShape(Size.DEFAULT)).endsWith(5, 4, 8);
        assertThat(model.conditioner().textTokens(Prompt.of(""))).isEqualTo(28);
        assertThat(model.conditioner().defaultGuidance())
                .isEqualTo(TinyHunyuan.takesGuidance() ? 4.5 : 1);
        ModelFolders.json(
                folder, "model_index.json", json -> json.put("clusca_size", List.of(64, 0, 17)));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "clusca_size",
                "width, height and frames");
    }

    @Test
    void longestText() {
        Model model = CLUSCA.model(TinyHunyuan.folder());
        assertThat(model.conditioner().label(Prompt.of(""))).isEmpty();
        assertThat(model.conditioner().textTokens(Prompt.of(""))).isEqualTo(256);
        assertThat(model.conditioner().defaultGuidance())
                .isEqualTo(TinyHunyuan.takesGuidance() ? 6 : 1);
        Prompt longest =
                new Prompt("a lamp", OptionalDouble.empty(), OptionalInt.of(Integer.MAX_VALUE));
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> model.conditioner().label(longest),
                "maximum sequence length",
                "found " + Integer.MAX_VALUE);
    }

    /** Tiles that cut a latent cell, and clusters that a frame has no tokens for. */
    @Test
    void requests() {
        Request.Builder request =
                Request.builder().conditions("a lamp").steps(2).size(new Size(32, 32, 5));
        try (Pipeline pipeline = CLUSCA.open(TinyHunyuan.folder(), 0)) {
            VideoTiles.Axis odd = new VideoTiles.Axis(20, 10);
            Request tiled = request.tiles(new VideoTiles(odd, odd, VideoTiles.WHOLE)).build();
            assertRefused(
                    ErrorCode.INVALID_PARAMETER, () -> pipeline.check(tiled), "multiples of 8");
            Request clustered =
                    request.tiles(VideoTiles.DEFAULT)
                            .policy(CLUSCA.policy("clusca:clusters=5,framewise=true"))
                            .build();
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> pipeline.check(clustered),
                    "5 clusters in each of 2 latent frames",
                    "only 4 tokens");
        }
    }

    @Test
    void guidanceThatContradictsTheWeights() {
        ModelFolders.json(
                TinyHunyuan.copy(folder),
                "transformer/config.json",
                json -> json.put("guidance_embeds", false));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "'guidance_embeds' must be true",
                "hold time_text_embed.guidance_embedder");
    }
}
