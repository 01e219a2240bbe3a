package org.clusca.tokenize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were added to a vocabulary and are written beside it: under {@code
 * added_tokens_decoder} in {@code tokenizer_config.json}, or, where that is missing, in {@code
 * added_tokens.json}; as transformers reads them.
 */
final class AddedTokens {
    private AddedTokens() {}

    /** One of them; the flags are those of {@code tokenizer.json}. */
    record Token(String content, int id, Map<String, Boolean> flags) {
        Map<String, Object> entry(int number) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("id", number);
            entry.put("content", content);
            entry.putAll(flags);
            return entry;
        }
    }

    /**
     * @return by id
     * @throws CluscaException INVALID_MODEL for what is no token
     */
    static List<Token> of(ModelDirectory directory, String folder, SpecialTokens special) {
        Map<Integer, Token> byId = new TreeMap<>();
        String config = folder + "/tokenizer_config.json";
        String legacy = folder + "/added_tokens.json";
        if (directory.has(config) && directory.json(config).has("added_tokens_decoder")) {
            decoder(directory.json(config), byId);
        } else if (directory.has(legacy)) {
            Config tokens = directory.json(legacy);
            for (String token : tokens.keys()) {
                int id = tokens.whole(token);
                byId.put(id, entry(id, Map.of("content", token), special.names().contains(token)));
            }
        }
        return List.copyOf(byId.values());
    }

    private static void decoder(Config config, Map<Integer, Token> byId) {
        String key = "added_tokens_decoder";
        if (!(config.values().get(key) instanceof Map<?, ?> decoder)) {
            throw config.wrong(key, "an object from ids to tokens");
        }
        decoder.forEach(
                (number, value) -> {
                    if (!String.valueOf(number).matches("[0-9]{1,9}")
                            || !(value instanceof Map<?, ?> token)
                            || !(token.get("content") instanceof String)) {
                        throw config.wrong(key, "an object from ids to tokens");
                    }
                    int id = Integer.parseInt(String.valueOf(number));
                    byId.put(id, entry(id, token, Boolean.TRUE.equals(token.get("special"))));
                });
    }

    /** What a token does not say of its matching is what transformers takes then. */
    private static Token entry(int id, Map<?, ?> token, boolean special) {
        Map<String, Boolean> flags = new LinkedHashMap<>();
        for (String flag : List.of("single_word", "lstrip", "rstrip")) {
            flags.put(flag, Boolean.TRUE.equals(token.get(flag)));
        }
        Object normalized = token.get("normalized");
        flags.put("normalized", normalized instanceof Boolean said ? said : !special);
        flags.put("special", special);
        return new Token(String.valueOf(token.get("content")), id, flags);
    }

    /**
     * Adds tokens to a {@code tokenizer.json}.
     *
     * @return {@code json} itself when it has them all
     * @throws CluscaException INVALID_MODEL when a token cannot have its id
     */
    static Config complete(Config json, List<Token> tokens) {
        List<Object> entries = new ArrayList<>();
        Set<Object> known = new HashSet<>();
        if (json.values().get("added_tokens") instanceof List<?> own) {
            entries.addAll(own);
            own.forEach(
                    entry -> known.add(entry instanceof Map<?, ?> map ? map.get("content") : ""));
        }
        List<Token> missing =
                tokens.stream().filter(token -> !known.contains(token.content())).toList();
        if (missing.isEmpty() || !(json.values().get("model") instanceof Map<?, ?> model)) {
            return json;
        }
        Vocabulary vocabulary = Vocabulary.of(json);
        Map<Object, Object> ids =
                model.get("vocab") instanceof Map<?, ?> map ? new LinkedHashMap<>(map) : null;
        int next = vocabulary.size();
        for (Token token : missing) {
            if (vocabulary.has(token.content())) {
                entries.add(token.entry(vocabulary.id(token.content())));
                continue;
            }
            if (ids != null) {
                // the library counts added tokens on; a vocabulary can leave ids out
                ids.put(token.content(), token.id());
            } else if (token.id() != next) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        json.origin()
                                + ": the added token '"
                                + token.content()
                                + "' is to have the id "
                                + token.id()
                                + ", but the next one is "
                                + next
                                + ".");
            }
            next = Math.max(next, token.id() + 1);
            entries.add(token.entry(token.id()));
        }
        Map<Object, @Nullable Object> other = new LinkedHashMap<>(model);
        if (ids != null) {
            other.put("vocab", ids);
        }
        Map<String, @Nullable Object> completed = new LinkedHashMap<>(json.values());
        completed.put("added_tokens", entries);
        completed.put("model", other);
        return new Config(json.origin(), completed);
    }
}
