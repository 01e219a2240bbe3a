package org.clusca.tokenize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.model.ModelDirectory;
import org.jspecify.annotations.Nullable;

/**
 * What a tokenizer's class of transformers puts around every text, whether {@code tokenizer.json}
 * says so or not.
 *
 * @param begin the token ahead of a text where no configuration names one; null for none
 * @param end the token behind a text, likewise
 * @param padding the padding token where no configuration names one; null when one must
 */
record TokenizerClass(@Nullable String begin, @Nullable String end, @Nullable String padding) {
    private static final TokenizerClass OTHER = new TokenizerClass(null, null, null);
    private static final TokenizerClass LLAMA = new TokenizerClass("<s>", null, null);

    /** The class that {@code model_index.json} names for a folder, else the tokenizer's own. */
    static TokenizerClass of(ModelDirectory directory, String folder) {
        String name = inIndex(directory, folder);
        String file = folder + "/tokenizer_config.json";
        if (name == null && directory.has(file)) {
            name = directory.json(file).text("tokenizer_class", "");
        }
        return switch (name == null ? "" : name.replaceFirst("Fast$", "")) {
            case "CLIPTokenizer" ->
                    new TokenizerClass(
                            "<|startoftext|>", ClipTokenizerJson.END, ClipTokenizerJson.END);
            case "T5Tokenizer" -> new TokenizerClass(null, "</s>", "<pad>");
            case "LlamaTokenizer" -> LLAMA;
            default -> OTHER;
        };
    }

    private static @Nullable String inIndex(ModelDirectory directory, String folder) {
        if (!directory.has("model_index.json")) {
            return null;
        }
        Object entry = directory.json("model_index.json").values().get(folder);
        return entry instanceof List<?> list
                        && list.size() == 2
                        && list.get(1) instanceof String name
                ? name
                : null;
    }

    /**
     * The post-processor to use: the file's own where it adds tokens, else one that adds those of
     * the class. Llama's class can be told by add_bos_token and add_eos_token, which then hold.
     *
     * @param own of {@code tokenizer.json}
     * @param ids gives a token's id, or refuses
     */
    @Nullable Object postProcessor(@Nullable Object own, SpecialTokens special, Vocabulary ids) {
        String first = begin == null ? null : special.name("bos_token", begin);
        String last = end == null ? null : special.name("eos_token", end);
        boolean told = false;
        if (this == LLAMA) {
            Boolean addBegin = special.flag("add_bos_token");
            Boolean addEnd = special.flag("add_eos_token");
            told = addBegin != null || addEnd != null;
            first = Boolean.FALSE.equals(addBegin) ? null : first;
            last = Boolean.TRUE.equals(addEnd) ? special.name("eos_token", "</s>") : null;
        }
        if (!told && (adds(own) || first == null && last == null)) {
            return own;
        }
        Map<String, Object> template = template(first, last, ids);
        return own == null || adds(own)
                ? template
                : Map.of("type", "Sequence", "processors", List.of(own, template));
    }

    private static boolean adds(@Nullable Object processor) {
        if (!(processor instanceof Map<?, ?> map)) {
            return false;
        }
        return switch (String.valueOf(map.get("type"))) {
            case "Sequence" ->
                    map.get("processors") instanceof List<?> parts
                            && parts.stream().anyMatch(TokenizerClass::adds);
            case "TemplateProcessing" ->
                    map.get("single") instanceof List<?> parts
                            && parts.stream()
                                    .anyMatch(
                                            part ->
                                                    part instanceof Map<?, ?> piece
                                                            && piece.containsKey("SpecialToken"));
            case "ByteLevel" -> false;
            default -> true;
        };
    }

    private static Map<String, Object> template(
            @Nullable String first, @Nullable String last, Vocabulary ids) {
        List<Object> single = new ArrayList<>();
        List<Object> pair = new ArrayList<>();
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (String text : List.of("A", "B")) {
            int type = text.equals("A") ? 0 : 1;
            List<Object> pieces = new ArrayList<>();
            piece(pieces, tokens, first, type, ids);
            pieces.add(Map.of("Sequence", Map.of("id", text, "type_id", type)));
            piece(pieces, tokens, last, type, ids);
            pair.addAll(pieces);
            if (type == 0) {
                single.addAll(pieces);
            }
        }
        return Map.of(
                "type",
                "TemplateProcessing",
                "single",
                single,
                "pair",
                pair,
                "special_tokens",
                tokens);
    }

    private static void piece(
            List<Object> pieces,
            Map<String, Object> tokens,
            @Nullable String token,
            int type,
            Vocabulary ids) {
        if (token != null) {
            pieces.add(Map.of("SpecialToken", Map.of("id", token, "type_id", type)));
            tokens.put(
                    token,
                    Map.of("id", token, "ids", List.of(ids.id(token)), "tokens", List.of(token)));
        }
    }
}
