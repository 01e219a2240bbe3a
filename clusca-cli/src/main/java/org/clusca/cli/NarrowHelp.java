package org.clusca.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Help for terminals that are too narrow for picocli, which sets what an option does beside its
 * name: here it stands below.
 */
record NarrowHelp(int width) {
    /** What picocli sets at least. */
    static final int OWN_LEAST = 55;

    /** So that picocli breaks no line itself. */
    private static final int UNBROKEN = 10_000;

    private static final int NAME = 2;
    private static final int MEANING = 6;

    /** {@code -h, --help Show this help}: a name, and what it is. */
    private static final Pattern NAMED = Pattern.compile(" +(\\S.*?) {2,}(\\S.*)");

    void install(CommandLine command) {
        command.setUsageHelpWidth(UNBROKEN);
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(command.getHelpSectionMap());
        sections.replaceAll((key, section) -> help -> folded(section.render(help)));
        sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING, help -> "");
        sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, this::synopsis);
        command.setHelpSectionMap(sections);
    }

    private String synopsis(Help help) {
        StringBuilder folded = new StringBuilder();
        write(0, (help.synopsisHeading() + help.synopsis(0)).strip(), NAME, folded);
        return folded.toString();
    }

    private String folded(String text) {
        StringBuilder folded = new StringBuilder();
        text.lines().forEach(line -> fold(line, folded));
        return folded.toString();
    }

    private void fold(String line, StringBuilder folded) {
        String words = line.strip();
        int indent = line.indexOf(words);
        Matcher named = NAMED.matcher(line);
        if (named.matches()) {
            write(NAME, named.group(1), 2 * NAME, folded);
            write(MEANING, named.group(2), MEANING, folded);
        } else if (words.startsWith("-")) {
            write(NAME, words, NAME, folded);
        } else if (indent > MEANING) {
            write(MEANING, words, MEANING, folded);
        } else {
            write(indent, words, 2 * indent, folded);
        }
    }

    /**
     * @param first indent of the first line
     * @param others of those after it
     */
    private void write(int first, String words, int others, StringBuilder folded) {
        int start = folded.length();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" +")) {
            boolean begun = !line.isEmpty();
            if (begun && line.length() + 1 + word.length() > width) {
                folded.append(line).append(System.lineSeparator());
                line = new StringBuilder();
                begun = false;
            }
            int indent = folded.length() == start ? first : others;
            line.append(begun ? " " : indent(word, indent));
            int comma = comma(word, line);
            while (line.length() + word.length() > width && comma > 0) {
                folded.append(line).append(word, 0, comma).append(System.lineSeparator());
                line = new StringBuilder(" ".repeat(others));
                word = word.substring(comma);
                comma = comma(word, line);
            }
            line.append(word);
        }
        folded.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    /** Less where a word would fit into a line of its own. */
    private String indent(String word, int usual) {
        int left = width - word.length();
        return " ".repeat(left < 0 ? usual : Math.min(usual, left));
    }

    /** The end of as much of a list as the rest of the line holds; 0 when it holds nothing. */
    private int comma(String word, StringBuilder line) {
        return word.lastIndexOf(',', width - line.length() - 1) + 1;
    }
}
