package org.clusca.api;

import java.util.List;

/**
 * Values in tags that hold what a tag is made of, such as the path of a file with a comma in it:
 * they stand in quotes, {@code name:file='a, b.json'}.
 */
public final class Quoted {
    private static final List<String> QUOTES = List.of("'", "\"");

    private Quoted() {}

    /** Whether a character that follows {@code =} opens a quoted value. */
    public static boolean opens(char c) {
        return QUOTES.contains(String.valueOf(c));
    }

    /**
     * A value as a tag has it.
     *
     * @throws CluscaException INVALID_PARAMETER for one with both kinds of quotes that needs some
     */
    public static String write(String value) {
        if (plain(value)) {
            return value;
        }
        return QUOTES.stream()
                .filter(quote -> !value.contains(quote))
                .findFirst()
                .map(quote -> quote + value + quote)
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.INVALID_PARAMETER,
                                        "A tag cannot hold the value "
                                                + value
                                                + ", which has both kinds of quotes in it; give"
                                                + " the file another name."));
    }

    /** Whether it is read as it is: commas only within parentheses, which are closed. */
    private static boolean plain(String value) {
        int depth = 0;
        for (char c : value.toCharArray()) {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0 || depth == 0 && c == ',') {
                return false;
            }
        }
        return depth == 0
                && value.equals(value.strip())
                && QUOTES.stream().noneMatch(value::startsWith);
    }

    /** A value of a tag without its quotes, if it has any. */
    public static String read(String text) {
        boolean quoted =
                text.length() >= 2
                        && QUOTES.contains(text.substring(0, 1))
                        && text.endsWith(text.substring(0, 1));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
