package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/** The words of a command line as they are given to the parser. */
final class Arguments {
    /** Options whose value is literal, whatever it begins with. */
    private static final List<String> LITERAL = List.of("--prompt", "--negative-prompt");

    /** Stands before a literal text; no argument of a process holds one. */
    private static final String MARK = "\0";

    private Arguments() {}

    /** Ties a prompt to its option: it is no option of its own. */
    static String[] tied(String[] arguments) {
        List<String> tied = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            int equals = argument.indexOf('=');
            if (LITERAL.contains(argument) && i + 1 < arguments.length) {
                tied.add(argument + "=" + MARK + arguments[++i]);
            } else if (equals > 0 && LITERAL.contains(argument.substring(0, equals))) {
                tied.add(argument.substring(0, equals + 1) + MARK + argument.substring(equals + 1));
            } else {
                tied.add(argument);
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
