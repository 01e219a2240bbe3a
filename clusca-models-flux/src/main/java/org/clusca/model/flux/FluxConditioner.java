package org.clusca.model.flux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Config;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Prompt;
import org.clusca.component.ClipTextEncoder;
import org.clusca.component.PromptConditioner;
import org.clusca.component.T5Encoder;
import org.clusca.tokenize.PromptIds;
import org.clusca.tokenize.Tokenizer;

/**
 * Prompts: the pooled text of CLIP goes into the modulation, the states of T5 are the text stream.
 * Padding is part of both, as in diffusers.
 */
final class FluxConditioner extends PromptConditioner {
    private static final String CLIP_TOKENIZER = "tokenizer";
    private static final String T5_TOKENIZER = "tokenizer_2";

    /** Text tokens that FLUX.1-dev takes, and the most that diffusers lets through. */
    private static final int LONGEST_TEXT = 512;

    /** What FLUX.1-schnell, which takes no guidance, is published with. */
    private static final int DISTILLED_TEXT = 256;

    private static final double DEFAULT_GUIDANCE = 3.5;

    private final ModelDirectory directory;
    private final ClipTextEncoder clip;
    private final T5Encoder t5;

    /**
     * @param guidance whether the transformer takes the guidance scale
     */
    FluxConditioner(
            ModelDirectory directory, ClipTextEncoder clip, T5Encoder t5, boolean guidance) {
        super(
                "FLUX",
                guidance,
                usualGuidance(directory),
                Math.min(guidance ? LONGEST_TEXT : DISTILLED_TEXT, trainedText(directory)),
                LONGEST_TEXT);
        this.directory = directory;
        this.clip = clip;
        this.t5 = t5;
    }

    private static double usualGuidance(ModelDirectory directory) {
        String file = "model_index.json";
        return directory.has(file)
                ? directory.json(file).real("clusca_guidance", DEFAULT_GUIDANCE)
                : DEFAULT_GUIDANCE;
    }

    /** Padding is part of the states: a network that was trained with less of it needs less. */
    private static int trainedText(ModelDirectory directory) {
        String file = T5_TOKENIZER + "/tokenizer_config.json";
        if (!directory.has(file)) {
            return LONGEST_TEXT;
        }
        Config config = directory.json(file);
        double longest = config.real("model_max_length", LONGEST_TEXT);
        if (!(longest >= 1)) {
            throw config.wrong("model_max_length", "at least 1");
        }
        return (int) Math.min(LONGEST_TEXT, longest);
    }

    /**
     * Refuses tokenizers that are damaged or of other encoders.
     *
     * @throws CluscaException as {@link Tokenizer#open} and {@link Tokenizer#requireWithin}
     */
    void checkTokenizers() {
        try (Tokenizer tokenizer = Tokenizer.open(directory, CLIP_TOKENIZER)) {
            tokenizer.requireWithin(clip.vocabulary(), clip.name());
        }
        try (Tokenizer tokenizer = Tokenizer.open(directory, T5_TOKENIZER)) {
            tokenizer.requireWithin(t5.vocabulary(), t5.name());
        }
    }

    @Override
    public Condition condition(Prompt prompt, EncoderRunner encoders) {
        String label = label(prompt);
        List<String> warnings = new ArrayList<>();
        Tensor clipIds = ids(CLIP_TOKENIZER, "CLIP", prompt.text(), clip.positions(), warnings);
        Tensor t5Ids = ids(T5_TOKENIZER, "T5", prompt.text(), textTokens(prompt), warnings);
        Map<String, Tensor> rows = new HashMap<>();
        rows.put(FluxTransformer.POOLED, encoders.run(clip, Map.of("ids", clipIds)).get("pooled"));
        scale(prompt)
                .ifPresent(
                        scale ->
                                rows.put(
                                        FluxTransformer.GUIDANCE,
                                        Tensor.of(new float[] {scale.floatValue()}, 1)));
        Tensor states = encoders.run(t5, Map.of("ids", t5Ids)).get("hidden");
        return new Condition(label, rows, Map.of(FluxTransformer.TEXT, states), warnings);
    }

    private Tensor ids(
            String folder, String encoder, String text, int length, List<String> warnings) {
        return PromptIds.of(directory, folder, encoder, text, length, warnings);
    }

    @Override
    public List<Encoder> encoders() {
        return List.of(clip, t5);
    }
}
