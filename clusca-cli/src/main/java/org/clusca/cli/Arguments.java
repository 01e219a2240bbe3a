package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/** The words of a command line as they are given to the parser. */
final class Arguments {
    private static final String PROMPT = "--prompt";

    /** Stands before a literal text; no argument of a process holds one. */
    private static final String MARK = "\0";

    private Arguments() {}

    /**
     * Ties a prompt to its option: it is literal, whatever it begins with, and no option of its
     * own.
     */
    static String[] tied(String[] arguments) {
        List<String> tied = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith(PROMPT + "=")) {
                tied.add(PROMPT + "=" + MARK + arguments[i].substring(PROMPT.length() + 1));
            } else if (arguments[i].equals(PROMPT) && i + 1 < arguments.length) {
                tied.add(PROMPT + "=" + MARK + arguments[++i]);
            } else {
                tied.add(arguments[i]);
            }
        }
        return tied.toArray(String[]::new);
    }

    /** Gives a text that was tied as it was. */
    static final class Literal implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
        }
    }
}
