package org.clusca.api.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a model directory, read by key with errors that name the file.
 *
 * @param origin the file, for errors
 * @param values JSON values: String, Boolean, Integer, Long, Double, List, Map; null for JSON null
 */
public record Config(String origin, Map<String, @Nullable Object> values) {

    public boolean has(String key) {
        return values.get(key) != null;
    }

    public Set<String> keys() {
        return values.keySet();
    }

    public int whole(String key) {
        return number(key, required(key)).intValue();
    }

    public int whole(String key, int missing) {
        return has(key) ? whole(key) : missing;
    }

    public double real(String key, double missing) {
        return has(key) ? number(key, required(key)).doubleValue() : missing;
    }

    public boolean flag(String key, boolean missing) {
        if (!has(key)) {
            return missing;
        }
        if (required(key) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "true or false");
    }

    public String text(String key) {
        if (required(key) instanceof String text) {
            return text;
        }
        throw wrong(key, "text");
    }

    public String text(String key, String missing) {
        return has(key) ? text(key) : missing;
    }

    public int[] wholes(String key) {
        if (required(key) instanceof List<?> list) {
            return list.stream().mapToInt(item -> number(key, item).intValue()).toArray();
        }
        throw wrong(key, "a list of whole numbers");
    }

    /**
     * The value under {@code key} must be one of {@code supported}, or missing; anything else would
     * change the computation.
     */
    public String choice(String key, String missing, String... supported) {
        String value = text(key, missing);
        if (!List.of(supported).contains(value)) {
            throw wrong(key, "one of " + String.join(", ", supported));
        }
        return value;
    }

    public CluscaException wrong(String key, String expected) {
        return new CluscaException(
                ErrorCode.INVALID_MODEL,
                origin
                        + ": '"
                        + key
                        + "' must be "
                        + expected
                        + ", found "
                        + values.get(key)
                        + ".");
    }

    private Object required(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL, origin + ": the key '" + key + "' is missing.");
        }
        return value;
    }

    private Number number(String key, @Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw wrong(key, "a number");
    }
}
