package org.clusca.model.hunyuan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Prompt;
import org.clusca.component.ClipTextEncoder;
import org.clusca.component.LlamaTextEncoder;
import org.clusca.component.PromptConditioner;
import org.clusca.tokenize.EncodedText;
import org.clusca.tokenize.PromptIds;
import org.clusca.tokenize.Tokenizer;

/**
 * Prompts: the pooled text of CLIP goes into the modulation; the states of Llama, which reads the
 * prompt within a template, are the text stream, without the template's own.
 */
final class HunyuanConditioner extends PromptConditioner {
    /** Of Llama's layers: the third hidden state from the end is taken. */
    static final int SKIPPED_LAYERS = 2;

    private static final String LLAMA_TOKENIZER = "tokenizer";
    private static final String CLIP_TOKENIZER = "tokenizer_2";
    static final double DEFAULT_GUIDANCE = 6;

    /** The unit of guidance that the network was trained with. */
    private static final double GUIDANCE_UNIT = 1000;

    private final ModelDirectory directory;
    private final LlamaTextEncoder llama;
    private final ClipTextEncoder clip;
    private final PromptTemplate template;

    /**
     * @param guidance whether the transformer takes the guidance scale
     * @param usualGuidance where a request names none
     */
    HunyuanConditioner(
            ModelDirectory directory,
            LlamaTextEncoder llama,
            ClipTextEncoder clip,
            PromptTemplate template,
            boolean guidance,
            double usualGuidance) {
        super(
                "HunyuanVideo",
                guidance,
                usualGuidance,
                Math.min(HunyuanTransformer.USUAL_TEXT, llama.positions()),
                llama.positions());
        this.directory = directory;
        this.llama = llama;
        this.clip = clip;
        this.template = template;
    }

    /**
     * Refuses tokenizers that are damaged, of other encoders, or of another template.
     *
     * @throws CluscaException as {@link Tokenizer#open}, {@link Tokenizer#requireWithin} and {@link
     *     PromptTemplate#cropStart}
     */
    void checkTokenizers() {
        try (Tokenizer tokenizer = Tokenizer.open(directory, LLAMA_TOKENIZER)) {
            tokenizer.requireWithin(llama.vocabulary(), llama.name());
            template.cropStart(tokenizer);
        }
        try (Tokenizer tokenizer = Tokenizer.open(directory, CLIP_TOKENIZER)) {
            tokenizer.requireWithin(clip.vocabulary(), clip.name());
        }
    }

    @Override
    public Condition condition(Prompt prompt, EncoderRunner encoders) {
        String label = label(prompt);
        List<String> warnings = new ArrayList<>();
        int length = textTokens(prompt);
        EncodedText text;
        int crop;
        try (Tokenizer tokenizer = Tokenizer.open(directory, LLAMA_TOKENIZER)) {
            crop = template.cropStart(tokenizer);
            text = tokenizer.encode(template.around(prompt.text()), crop + length);
        }
        if (text.cut()) {
            warnings.add(PromptIds.cut("Llama", text.total() - crop, length, text.rest()));
        }
        Tensor ids = PromptIds.row(text.ids());
        Tensor mask = PromptIds.row(text.mask());
        Tensor states =
                requireNonNull(encoders.run(llama, Map.of("ids", ids, "mask", mask)).get("hidden"));
        Tensor clipIds =
                PromptIds.of(
                        directory,
                        CLIP_TOKENIZER,
                        "CLIP",
                        prompt.text(),
                        clip.positions(),
                        warnings);
        Map<String, Tensor> rows = new HashMap<>();
        rows.put(
                HunyuanTransformer.POOLED,
                encoders.run(clip, Map.of("ids", clipIds)).get("pooled"));
        rows.put(HunyuanTransformer.TEXT, cropped(states, crop));
        rows.put(HunyuanTransformer.MASK, cropped(mask, crop));
        scale(prompt)
                .map(scale -> (float) (scale * GUIDANCE_UNIT))
                .ifPresent(
                        scale ->
                                rows.put(
                                        HunyuanTransformer.GUIDANCE,
                                        Tensor.of(new float[] {scale}, 1)));
        return new Condition(
                label,
                rows,
                Map.of(HunyuanTransformer.MASK, rows.get(HunyuanTransformer.MASK)),
                warnings);
    }

    /** {@code [1, tokens, ...]} without the first tokens. */
    private static Tensor cropped(Tensor x, int start) {
        int[] shape = x.shape();
        int[] tokens = shape.length == 2 ? new int[] {shape[1]} : new int[] {shape[1], shape[2]};
        Tensor rest = x.reshape(tokens).rows(start, shape[1]);
        shape[1] -= start;
        return rest.reshape(shape);
    }

    @Override
    public List<Encoder> encoders() {
        return List.of(llama, clip);
    }
}
