package org.clusca.tokenize;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} and {@code special_tokens_map.json} say of special tokens; the
 * first one wins, both may be missing.
 */
final class SpecialTokens {
    private final List<Config> configs;

    private SpecialTokens(List<Config> configs) {
        this.configs = configs;
    }

    static SpecialTokens of(ModelDirectory directory, String folder) {
        List<Config> configs =
                List.of("tokenizer_config.json", "special_tokens_map.json").stream()
                        .map(name -> folder + "/" + name)
                        .filter(directory::has)
                        .map(directory::json)
                        .toList();
        for (Config config : configs) {
            config.choice("padding_side", "right", "right");
            config.choice("truncation_side", "right", "right");
        }
        return new SpecialTokens(configs);
    }

    /**
     * @param role e.g. {@code pad_token}
     */
    String name(String role, String missing) {
        String name = name(role);
        return name == null ? missing : name;
    }

    @Nullable String name(String role) {
        for (Config config : configs) {
            Object value = config.values().get(role);
            if (value instanceof Map<?, ?> token) {
                value = token.get("content");
            }
            if (value instanceof String text) {
                return text;
            }
            if (value != null) {
                throw config.wrong(role, "a token");
            }
        }
        return null;
    }

    /** Null when no configuration says it. */
    @Nullable Boolean flag(String key) {
        for (Config config : configs) {
            if (config.has(key)) {
                return config.flag(key, false);
            }
        }
        return null;
    }

    /** All tokens that have a role of their own, and the additional ones. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        for (Config config : configs) {
            for (String key : config.keys()) {
                if (key.endsWith("_token") && !key.startsWith("add_") && config.has(key)) {
                    names.add(content(config.values().get(key)));
                }
            }
            for (String key : List.of("additional_special_tokens", "extra_special_tokens")) {
                if (config.values().get(key) instanceof List<?> tokens) {
                    tokens.forEach(token -> names.add(content(token)));
                }
            }
        }
        return names;
    }

    private static String content(@Nullable Object token) {
        return String.valueOf(token instanceof Map<?, ?> map ? map.get("content") : token);
    }

    /** An entry of {@code added_tokens}; how it is matched is written where the token is. */
    Map<String, Object> added(String token, int id) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", id);
        entry.put("content", token);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            entry.put(flag, Boolean.TRUE.equals(declared(token).get(flag)));
        }
        entry.put("special", true);
        return entry;
    }

    private Map<?, ?> declared(String token) {
        for (Config config : configs) {
            if (config.values().get("added_tokens_decoder") instanceof Map<?, ?> decoder) {
                for (Object entry : decoder.values()) {
                    if (entry instanceof Map<?, ?> map && token.equals(map.get("content"))) {
                        return map;
                    }
                }
            }
        }
        for (Config config : configs) {
            for (Object value : config.values().values()) {
                if (value instanceof Map<?, ?> map && token.equals(map.get("content"))) {
                    return map;
                }
            }
        }
        return Map.of();
    }
}
