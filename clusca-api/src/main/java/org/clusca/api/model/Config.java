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
    private static final String WHOLES = "a list of whole numbers";

    public boolean has(String key) {
        return values.get(key) != null;
    }

    public Set<String> keys() {
        return values.keySet();
    }

    /** A whole number; {@code 64.0} is one. */
    public int whole(String key) {
        return whole(key, required(key), "a whole number");
    }

    public int whole(String key, int missing) {
        return has(key) ? whole(key) : missing;
    }

    /** A finite number. */
    public double real(String key, double missing) {
        if (!has(key)) {
            return missing;
        }
        if (required(key) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw wrong(key, "a number");
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
            return list.stream().mapToInt(item -> whole(key, item, WHOLES)).toArray();
        }
        throw wrong(key, WHOLES);
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

    private int whole(String key, @Nullable Object value, String expected) {
        if (value instanceof Number number && number.doubleValue() == number.intValue()) {
            return number.intValue();
        }
        throw wrong(key, expected);
    }
}
