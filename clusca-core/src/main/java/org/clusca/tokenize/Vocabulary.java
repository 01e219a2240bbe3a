package org.clusca.tokenize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.jspecify.annotations.Nullable;

/** The ids of a {@code tokenizer.json} by token, added tokens included. */
final class Vocabulary {
    private final Config json;
    private final Map<String, Integer> ids = new HashMap<>();

    private Vocabulary(Config json) {
        this.json = json;
    }

    static Vocabulary of(Config json) {
        Vocabulary vocabulary = new Vocabulary(json);
        Object model = json.values().get("model");
        Object entries = model instanceof Map<?, ?> map ? map.get("vocab") : null;
        if (entries instanceof Map<?, ?> map) {
            map.forEach(vocabulary::put);
        } else if (entries instanceof List<?> list) {
            // of a unigram model: tokens and scores, the place is the id
            for (int i = 0; i < list.size(); i++) {
                vocabulary.put(list.get(i) instanceof List<?> pair ? pair.get(0) : null, i);
            }
        } else {
            throw vocabulary.corrupt("model.vocab");
        }
        if (json.values().get("added_tokens") instanceof List<?> added) {
            for (Object token : added) {
                if (!(token instanceof Map<?, ?> map)) {
                    throw vocabulary.corrupt("added_tokens");
                }
                vocabulary.put(map.get("content"), map.get("id"));
            }
        }
        return vocabulary;
    }

    private void put(@Nullable Object token, @Nullable Object id) {
        if (!(token instanceof String text) || !(id instanceof Integer number) || number < 0) {
            throw corrupt("model.vocab or added_tokens");
        }
        ids.put(text, number);
    }

    private CluscaException corrupt(String where) {
        return new CluscaException(
                ErrorCode.CORRUPT_FILE,
                json.origin() + ": '" + where + "' must give whole ids for tokens.");
    }

    /** One more than the largest id. */
    int size() {
        return ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    }

    boolean has(String token) {
        return ids.containsKey(token);
    }

    int id(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    json.origin()
                            + ": the special token '"
                            + token
                            + "' is not in the vocabulary.");
        }
        return id;
    }
}
