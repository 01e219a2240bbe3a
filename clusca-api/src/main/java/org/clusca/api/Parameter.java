package org.clusca.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One parameter of a plug-in: its name in a tag, its default, what it may be, and one sentence
 * about it.
 *
 * @param name as written in a tag, lower case
 * @param defaultValue as written in a tag
 * @param range what is allowed, in words, for listings and errors
 */
public record Parameter(
        String name, String defaultValue, String range, String description, Kind kind) {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    /** How a value is read and checked. */
    public sealed interface Kind {}

    /** A whole number within bounds, both included. */
    public record Whole(int least, int most) implements Kind {}

    /** A real number within bounds, both included. */
    public record Real(double least, double most) implements Kind {}

    /** One of some words. */
    public record Choice(List<String> words) implements Kind {}

    /** Any text; the plug-in checks it. */
    public record Text() implements Kind {}

    /** The path of a file that the plug-in reads: nothing for those who are not to choose one. */
    public record File() implements Kind {}

    public static Parameter whole(
            String name, int defaultValue, int least, int most, String description) {
        String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
        return new Parameter(
                name, Integer.toString(defaultValue), range, description, new Whole(least, most));
    }

    public static Parameter real(
            String name, double defaultValue, double least, double most, String description) {
        return new Parameter(
                name,
                format(defaultValue),
                format(least) + " to " + format(most),
                description,
                new Real(least, most));
    }

    /** The first word is the default. */
    public static Parameter choice(String name, String description, String... words) {
        List<String> list = List.copyOf(Arrays.asList(words));
        return new Parameter(
                name, list.get(0), String.join(" | ", list), description, new Choice(list));
    }

    public static Parameter text(
            String name, String defaultValue, String range, String description) {
        return new Parameter(name, defaultValue, range, description, new Text());
    }

    /** None by default. */
    public static Parameter file(String name, String range, String description) {
        return new Parameter(name, "", range, description, new File());
    }

    /** A number as a tag prints it: no trailing zeros, no exponent for ordinary sizes. */
    public static String format(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return String.format(Locale.ROOT, "%d", (long) value);
        }
        return Double.toString(value);
    }

    /** Whether {@code value}, as written in a tag, is within what the parameter may be. */
    boolean allows(String value) {
        try {
            // Java reads the digits of any script, and 1e3f, 0x1p3 and NaN as real numbers
            boolean plain = NUMBER.matcher(value).matches();
            if (kind instanceof Whole whole) {
                int number = Integer.parseInt(value);
                return plain && number >= whole.least() && number <= whole.most();
            }
            if (kind instanceof Real real) {
                double number = Double.parseDouble(value);
                return plain && number >= real.least() && number <= real.most();
            }
        } catch (NumberFormatException e) {
            return false;
        }
        return !(kind instanceof Choice choice) || choice.words().contains(value);
    }
}
