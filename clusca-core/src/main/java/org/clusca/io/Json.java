package org.clusca.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON objects as plain Java values: String, Boolean, Integer, Long, Double, List,
 * Map, null.
 *
 * <p>Strict, with two exceptions for what Python writes: {@code NaN} and {@code Infinity} are
 * numbers, and whole numbers beyond 64 bits become doubles.
 */
public final class Json {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build();

    private Json() {}

    /**
     * The JSON object in {@code file}.
     *
     * @throws CluscaException NOT_FOUND, or CORRUPT_FILE naming file and line
     */
    public static Map<String, @Nullable Object> read(Path file) {
        try {
            return parse(file, ByteBuffer.wrap(Files.readAllBytes(file)), "the file");
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /**
     * Writes {@code value} as indented JSON, in one move.
     *
     * @param value built of the types listed above; records and arrays work too. Numbers that are
     *     not finite, which JSON lacks, become strings. A {@link LinkedHashMap} keeps its order,
     *     other maps are written by key.
     * @throws CluscaException IO; nothing is left behind then
     * @throws IllegalArgumentException when {@code value} holds something else
     */
    public static void write(Path file, Map<String, ?> value) {
        byte[] text = text(value).getBytes(StandardCharsets.UTF_8);
        OutputFile.write(
                file,
                channel -> {
                    OutputFile.writeFully(channel, ByteBuffer.wrap(text));
                    OutputFile.writeFully(channel, ByteBuffer.wrap(new byte[] {'\n'}));
                });
    }

    /** {@code value} as indented JSON, for printing. */
    public static String text(Map<String, ?> value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(ordered(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a JSON value: " + problem(e), e);
        }
    }

    /** {@code value} on one line. */
    public static String compact(Map<String, ?> value) {
        try {
            return MAPPER.writeValueAsString(ordered(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * @param part what of the file {@code bytes} are, for errors
     */
    static Map<String, @Nullable Object> parse(Path file, ByteBuffer bytes, String part) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw IoErrors.corrupt(file, part + " must be JSON in UTF-8, found other bytes.");
        }
        Object value;
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() == null) {
                throw IoErrors.corrupt(file, part + " must be a JSON object, found nothing.");
            }
            value = plain(parser.readValueAs(Object.class));
            if (parser.nextToken() != null) {
                int line = parser.currentTokenLocation().getLineNr();
                throw IoErrors.corrupt(
                        file, part + " goes on after its JSON object, in line " + line + ".");
            }
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
            throw IoErrors.corrupt(file, part + " is not valid JSON" + line + ": " + problem(e));
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        Map<String, @Nullable Object> object = object(value);
        if (object == null) {
            throw IoErrors.corrupt(file, part + " must be a JSON object, found another value.");
        }
        return object;
    }

    /** {@code value} when it is a JSON object, null otherwise. */
    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    static @Nullable Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
    }

    /**
     * Maps without an order of their own by key, throughout: the order of {@link Map#of} is another
     * in every run, and the same value must be the same text.
     */
    private static @Nullable Object ordered(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Json::ordered).collect(Collectors.toList());
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, @Nullable Object> entries =
                value instanceof LinkedHashMap<?, ?> ? new LinkedHashMap<>() : new TreeMap<>();
        map.forEach((key, item) -> entries.put(String.valueOf(key), ordered(item)));
        return entries;
    }

    /** Whole numbers beyond 64 bits as doubles, throughout. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof BigInteger whole) {
            return whole.doubleValue();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Json::plain).collect(Collectors.toList());
        }
        Map<String, @Nullable Object> object = object(value);
        if (object == null) {
            return value;
        }
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        object.forEach((key, item) -> plain.put(key, plain(item)));
        return plain;
    }

    /** Jackson's message on one line, without its hints at its own source positions. */
    private static String problem(JsonProcessingException e) {
        String message = e.getOriginalMessage().replaceAll("\\s*\\R\\s*", " ");
        return message.replaceAll("\\s*\\(start marker at .*", "");
    }
}
