package org.clusca;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Quoted;

/**
 * A part and its parameters as text: {@code clusca:interval=5,clusters=16} or, nested in another
 * tag, {@code kmeans(empty=zero)}.
 *
 * @param published whether the word {@code published} stands before the parameters: what they leave
 *     open is as the authors' code has it
 */
public record Tag(String name, boolean published, Map<String, String> parameters) {
    private static final String PUBLISHED = "published";

    public Tag {
        // in their order, which is that of the text
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    public Tag(String name, Map<String, String> parameters) {
        this(name, false, parameters);
    }

    /**
     * @throws CluscaException INVALID_PARAMETER saying where the text stops making sense
     */
    public static Tag parse(String text) {
        String trimmed = text.strip();
        int open = trimmed.indexOf('(');
        int colon = trimmed.indexOf(':');
        if (colon >= 0 && (open < 0 || colon < open)) {
            return parse(trimmed.substring(0, colon), trimmed.substring(colon + 1), text);
        }
        if (open >= 0) {
            if (!trimmed.endsWith(")")) {
                throw malformed(text, "the closing parenthesis is missing");
            }
            String inside = trimmed.substring(open + 1, trimmed.length() - 1);
            return parse(trimmed.substring(0, open), inside, text);
        }
        return new Tag(name(trimmed, text), Map.of());
    }

    /**
     * Splits a list of tags at its commas; a comma followed by {@code key=} belongs to the tag
     * before it.
     */
    public static List<String> split(String list) {
        List<String> tags = new ArrayList<>();
        for (String part : topLevel(list)) {
            boolean parameter = part.matches("[^=:(]+=.*");
            if (parameter && !tags.isEmpty()) {
                tags.set(tags.size() - 1, tags.get(tags.size() - 1) + "," + part);
            } else {
                tags.add(part);
            }
        }
        return tags;
    }

    /** The same part with one parameter set. */
    public Tag with(String key, String value) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        all.put(key, value);
        return new Tag(name, published, all);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return plain() ? name : name + ":" + pairs();
    }

    /** As it is written inside another tag. */
    public String nested() {
        return plain() ? name : name + "(" + pairs() + ")";
    }

    private boolean plain() {
        return parameters.isEmpty() && !published;
    }

    private String pairs() {
        Stream<String> pairs =
                parameters.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + Quoted.write(entry.getValue()));
        return Stream.concat(published ? Stream.of(PUBLISHED) : Stream.of(), pairs)
                .collect(Collectors.joining(","));
    }

    private static Tag parse(String name, String inside, String whole) {
        List<String> parts = topLevel(inside);
        boolean published = parts.get(0).strip().equals(PUBLISHED);
        return new Tag(
                name(name, whole),
                published,
                pairs(published ? parts.subList(1, parts.size()) : parts, whole));
    }

    private static Map<String, String> pairs(List<String> parts, String whole) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String part : parts) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw malformed(whole, "'" + part + "' is not key=value");
            }
            String value = Quoted.read(part.substring(equals + 1).strip());
            if (pairs.put(part.substring(0, equals).strip(), value) != null) {
                throw malformed(
                        whole, "'" + part.substring(0, equals).strip() + "' is given twice");
            }
        }
        return pairs;
    }

    /** Parts between commas that are neither inside parentheses nor inside quotes. */
    private static List<String> topLevel(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i > 0 && text.charAt(i - 1) == '=' && Quoted.opens(c)) {
                int end = text.indexOf(c, i + 1);
                if (end < 0) {
                    throw malformed(text, "the quote " + c + " is never closed");
                }
                i = end;
                continue;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static String name(String name, String whole) {
        if (name.isBlank()) {
            throw malformed(whole, "the name is missing");
        }
        return name.strip();
    }

    private static CluscaException malformed(String text, String why) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                "'" + text + "' is not NAME or NAME:key=value,key=value: " + why + ".");
    }
}
