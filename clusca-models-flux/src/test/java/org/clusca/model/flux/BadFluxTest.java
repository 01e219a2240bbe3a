package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsWriter;
import org.clusca.tokenize.Tokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories and requests that do not fit: what is said of them, before anything is loaded. */
final class BadFluxTest {
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
        TinyFlux.delete(TinyFlux.copy(folder).resolve(component));
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> CLUSCA.model(folder),
                folder,
                "the component '" + component + "' is missing");
    }

    /** As downloaded from black-forest-labs, with nothing else. */
    @ParameterizedTest
    @CsvSource({"false, FLUX.1-schnell", "true, FLUX.1-dev"})
    void anOriginalFileWithoutTheFoldersAroundIt(boolean guidance, String published) {
        Path file = folder.resolve("flux1.safetensors");
        Map<String, Tensor> tensors = new HashMap<>();
        tensors.put("img_in.weight", Tensor.zeros(3072, 64));
        tensors.put("txt_in.weight", Tensor.zeros(3072, 4096));
        tensors.put("vector_in.in_layer.weight", Tensor.zeros(3072, 768));
        tensors.put("final_layer.linear.weight", Tensor.zeros(64, 3072));
        tensors.put("double_blocks.0.img_attn.qkv.weight", Tensor.zeros(1));
        if (guidance) {
            tensors.put("guidance_in.in_layer.weight", Tensor.zeros(1));
        }
        SafetensorsWriter.write(file, tensors);
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> CLUSCA.model(file),
                file,
                "the transformer of " + published + " alone",
                "missing in " + folder + ": tokenizer, tokenizer_2,",
                "black-forest-labs/" + published);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizer/vocab.json",
                "text_encoder/model.safetensors",
                "text_encoder_2/model-00002-of-00002.safetensors",
                "transformer/diffusion_pytorch_model-00001-of-00002.safetensors",
                "vae/config.json",
                "scheduler/scheduler_config.json"
            })
    void missingFile(String file) {
        TinyFlux.delete(TinyFlux.copy(folder).resolve(file));
        assertRefused(
                ErrorCode.NOT_FOUND, () -> CLUSCA.model(folder), folder.resolve(file).getParent());
    }

    @Test
    void unknownKeyOfTheTransformer() {
        TinyFlux.json(
                TinyFlux.copy(folder),
                "transformer/config.json",
                json -> json.put("norm_type", "other"));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                folder.resolve("transformer/config.json"),
                "'norm_type'");
    }

    @ParameterizedTest
    @CsvSource({
        "text_encoder, tokenizer, vocab_size, vocab_size",
        "text_encoder_2, tokenizer_2, vocab_size, vocab_size",
        "text_encoder, text_encoder, hidden_size, hidden_size",
        "text_encoder_2, text_encoder_2, d_model, d_model",
        "vae, vae, latent_channels, latent_channels",
    })
    void componentsOfDifferentPipelines(String changed, String named, String key, String said) {
        TinyFlux.json(
                TinyFlux.copy(folder),
                changed + "/config.json",
                json -> json.put(key, ((Number) json.get(key)).intValue() / 2));
        assertRefused(
                ErrorCode.INCOMPATIBLE, () -> CLUSCA.model(folder), folder.resolve(named), said);
    }

    @Test
    void sizes() {
        Model model = CLUSCA.model(TinyFlux.folder());
        int step = 2 * model.codec().orElseThrow().scale();
        int[] shape = model.latentShape(new Size(3 * step, 5 * step, 1));
        assertThat(shape[1]).isEqualTo(10);
        assertThat(shape[2]).isEqualTo(6);
        assertThat(model.latentShape(Size.DEFAULT)[1]).isEqualTo(128);
        assertThat(model.latentShape(new Size(0, step, 0))[2]).isEqualTo(128);
        for (int wrong : new int[] {1, step - 1, step + 1, 2 * step + step / 2, 1 << 20}) {
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.latentShape(new Size(wrong, step, 1)),
                    "width",
                    "multiple of " + step,
                    "found " + wrong);
            assertRefused(
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.latentShape(new Size(step, wrong, 1)),
                    "height",
                    "found " + wrong);
        }
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> model.latentShape(new Size(step, step, 9)),
                "pictures",
                "9 frames");
    }

    @Test
    void guidanceForANetworkWithoutIt() {
        Model model = CLUSCA.model(TinyFlux.distilled(folder));
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> model.conditioner().label(prompt(3.5, OptionalInt.empty())),
                "guidance",
                "3.5",
                "leave the guidance out");
        assertThat(model.conditioner().label(prompt(1, OptionalInt.empty()))).isEqualTo("a lamp");
        assertThat(model.conditioner().defaultGuidance()).isEqualTo(1);
        assertThat(model.conditioner().textTokens(Prompt.of(""))).isEqualTo(256);
        assertThat(model.defaultSteps()).isEqualTo(4);
    }

    @Test
    void longestText() {
        Model model = CLUSCA.model(TinyFlux.folder());
        assertThat(model.conditioner().label(Prompt.of(""))).isEmpty();
        assertThat(model.conditioner().label(prompt(1, OptionalInt.of(512)))).isEqualTo("a lamp");
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> model.conditioner().label(prompt(1, OptionalInt.of(513))),
                "at most 512",
                "found 513");
    }

    @Test
    void aSmallDirectorySaysWhatItWasTrainedWith() {
        assertThat(CLUSCA.model(TinyFlux.folder()).latentShape(Size.DEFAULT))
                .containsExactly(16, 128, 128);
        TinyFlux.copy(folder);
        String tokenizer = "tokenizer_2/tokenizer_config.json";
        TinyFlux.json(folder, "vae/config.json", json -> json.put("sample_size", 64));
        TinyFlux.json(folder, tokenizer, json -> json.put("model_max_length", 28));
        TinyFlux.json(folder, "model_index.json", json -> json.put("clusca_guidance", 2.5));
        Model model = CLUSCA.model(folder);
        assertThat(model.latentShape(Size.DEFAULT)).containsExactly(16, 8, 8);
        assertThat(model.conditioner().defaultGuidance())
                .isEqualTo(TinyFlux.takesGuidance() ? 2.5 : 1);
        assertThat(model.conditioner().textTokens(Prompt.of(""))).isEqualTo(28);
        TinyFlux.json(folder, tokenizer, json -> json.put("model_max_length", 0));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "model_max_length",
                "at least 1");
        TinyFlux.json(folder, tokenizer, json -> json.put("model_max_length", 1e30));
        assertThat(CLUSCA.model(folder).conditioner().textTokens(Prompt.of(""))).isEqualTo(512);
        TinyFlux.json(folder, "vae/config.json", json -> json.put("sample_size", 60));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "sample_size",
                "a multiple of 16 pixels");
    }

    private static Prompt prompt(double guidance, OptionalInt length) {
        return new Prompt("a lamp", OptionalDouble.of(guidance), length);
    }

    /** diffusers would leave the embedder unread, or fail to find it. */
    @Test
    void guidanceThatContradictsTheWeights() {
        for (Boolean said : new Boolean[] {false, null}) {
            TinyFlux.json(
                    TinyFlux.copy(folder),
                    "transformer/config.json",
                    json -> json.put("guidance_embeds", said));
            assertRefused(
                    ErrorCode.INVALID_MODEL,
                    () -> CLUSCA.model(folder),
                    folder.resolve("transformer/config.json"),
                    "'guidance_embeds' must be true",
                    "hold time_text_embed.guidance_embedder");
        }
        TinyFlux.distilled(folder);
        TinyFlux.json(folder, "transformer/config.json", json -> json.put("guidance_embeds", true));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "'guidance_embeds' must be false",
                "lack time_text_embed.guidance_embedder");
    }

    @ParameterizedTest
    @CsvSource({
        "num_layers, transformer_blocks.1.",
        "num_single_layers, single_transformer_blocks.1."
    })
    void moreBlocksThanTheConfigurationSays(String key, String named) {
        TinyFlux.json(TinyFlux.copy(folder), "transformer/config.json", json -> json.put(key, 1));
        assertRefused(ErrorCode.INVALID_MODEL, () -> CLUSCA.model(folder), "'" + key + "'", named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scaling_factor", "shift_factor"})
    void anAutoencoderWithoutItsFactors(String key) {
        TinyFlux.json(TinyFlux.copy(folder), "vae/config.json", json -> json.remove(key));
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                folder.resolve("vae/config.json"),
                "'" + key + "'",
                "0.3611",
                "0.1159");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FluxKontextPipeline", "FluxFillPipeline", "FluxControlPipeline"})
    void otherPipelinesAreCalledByTheirNames(String name) {
        TinyFlux.json(
                TinyFlux.copy(folder), "model_index.json", json -> json.put("_class_name", name));
        assertRefused(
                ErrorCode.INVALID_MODEL, () -> CLUSCA.model(folder), name, "no adapter", "flux (");
    }

    @Test
    void aNetworkThatTakesAPictureToEdit() {
        TinyFlux.json(
                TinyFlux.copy(folder),
                "transformer/config.json",
                json -> {
                    json.put("out_channels", json.get("in_channels"));
                    json.put("in_channels", 384);
                });
        assertRefused(
                ErrorCode.INVALID_MODEL,
                () -> CLUSCA.model(folder),
                "'out_channels'",
                "FLUX.1-Fill");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DDIMScheduler",
                "DDPMScheduler",
                "DPMSolverMultistepScheduler",
                "RespacedDDIM"
            })
    void aNoiseSchedulerInTheDirectory(String name) {
        TinyFlux.copy(folder);
        Json.write(folder.resolve("scheduler/scheduler_config.json"), Map.of("_class_name", name));
        try (Pipeline pipeline = CLUSCA.open(folder, 0)) {
            Request request =
                    Request.builder().conditions("a lamp").size(new Size(32, 32, 1)).build();
            for (ThrowingCallable use :
                    List.<ThrowingCallable>of(
                            () -> pipeline.check(request), () -> pipeline.generate(request))) {
                assertRefused(
                        ErrorCode.INCOMPATIBLE,
                        use,
                        "undoes diffusion",
                        "trained by flow matching",
                        "flow-match-euler");
            }
        }
    }
}
