package org.clusca.server.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.clusca.api.Names;
import org.jspecify.annotations.Nullable;

/** The fields of a request's JSON object; each is read once, by its type. Null counts as absent. */
final class Fields {
    private static final BigInteger LEAST_SEED = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST_SEED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final JsonNode object;
    private final Set<String> known = new HashSet<>();

    private Fields(JsonNode object) {
        this.object = object;
    }

    /**
     * @throws ApiException 400 for what is no JSON object
     */
    static Fields parse(byte[] body) {
        JsonNode value;
        try {
            value = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null
                            ? ""
                            : " in line "
                                    + e.getLocation().getLineNr()
                                    + ", column "
                                    + e.getLocation().getColumnNr();
            throw ApiException.invalid(
                    null,
                    "invalid_json",
                    "The body is not valid JSON"
                            + where
                            + ": "
                            + firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw ApiException.invalid(
                    null, "invalid_json", "The body is not valid JSON in UTF-8.");
        }
        if (value == null || !value.isObject()) {
            throw ApiException.invalid(null, "invalid_json", "The body must be a JSON object.");
        }
        return new Fields(value);
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    private @Nullable JsonNode take(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Fields that are allowed and change nothing here. */
    void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /**
     * @param most characters
     */
    Optional<String> text(String name, int most) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(name, "a string", value);
        }
        String text = value.textValue();
        if (text.length() > most) {
            throw ApiException.invalid(
                    name,
                    "string_above_max_length",
                    "'"
                            + name
                            + "' must have at most "
                            + most
                            + " characters, found "
                            + text.length()
                            + ".");
        }
        return Optional.of(text);
    }

    /** A number, or a string that may hold one. */
    Optional<String> numberText(String name) {
        JsonNode value = take(name);
        return value != null && value.isNumber() ? Optional.of(value.toString()) : text(name, 20);
    }

    /** One of some words; the first where there is none. */
    String choice(String name, String... words) {
        String found = text(name, 100).orElse(words[0]);
        if (!List.of(words).contains(found)) {
            throw ApiException.invalid(
                    name,
                    "'"
                            + name
                            + "' must be one of "
                            + String.join(", ", words)
                            + ", found '"
                            + found
                            + "'.");
        }
        return found;
    }

    OptionalInt whole(String name, int least, int most) {
        JsonNode value = take(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber()) {
            throw wrong(name, "a whole number", value);
        }
        if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
            throw ApiException.invalid(
                    name,
                    "'"
                            + name
                            + "' must be from "
                            + least
                            + " to "
                            + most
                            + ", found "
                            + shortened(value)
                            + ".");
        }
        return OptionalInt.of(value.intValue());
    }

    OptionalDouble real(String name, double least, double most) {
        JsonNode value = take(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber()) {
            throw wrong(name, "a number", value);
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            throw ApiException.invalid(
                    name,
                    "'"
                            + name
                            + "' must be from "
                            + least
                            + " to "
                            + most
                            + ", found "
                            + shortened(value)
                            + ".");
        }
        return OptionalDouble.of(number);
    }

    /** A seed of 64 bits, signed or unsigned. */
    OptionalLong seed(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()) {
            throw wrong(name, "a whole number", value);
        }
        BigInteger seed = value.bigIntegerValue();
        if (seed.compareTo(LEAST_SEED) < 0 || seed.compareTo(MOST_SEED) > 0) {
            throw ApiException.invalid(
                    name,
                    "'"
                            + name
                            + "' must be from "
                            + LEAST_SEED
                            + " to "
                            + MOST_SEED
                            + ", found "
                            + shortened(value)
                            + ".");
        }
        return OptionalLong.of(seed.longValue());
    }

    boolean flag(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return value != null && value.booleanValue();
    }

    /**
     * To be called when all were read.
     *
     * @throws ApiException 400 for fields that nobody read
     */
    void requireAllKnown() {
        object.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                throw unknown(name);
                            }
                        });
    }

    private ApiException unknown(String name) {
        String shown = name.length() > 60 ? name.substring(0, 60) + "..." : name;
        List<String> near = name.length() > 60 ? List.of() : Names.near(name, known);
        return ApiException.invalid(
                shown,
                "unknown_parameter",
                "Unknown field '"
                        + shown
                        + "'."
                        + (near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?"));
    }

    private static ApiException wrong(String name, String expected, JsonNode found) {
        return ApiException.invalid(
                name,
                "invalid_type",
                "'" + name + "' must be " + expected + ", found " + shortened(found) + ".");
    }

    private static String shortened(JsonNode value) {
        String text =
                value.isContainerNode()
                        ? value.getNodeType().name().toLowerCase(Locale.ROOT)
                        : value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
