package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One place of a grid: a policy under a scheduler, with a number of steps.
 *
 * @param policy its tag, every parameter as it is used
 */
record SweepCell(String policy, String scheduler, int steps) {
    private static final Pattern SEVERAL = Pattern.compile("=([^,=()'\"]*\\+[^,=()'\"]*)");

    /** Tags with {@code interval=3+4+5} in them, as one tag for each combination. */
    static List<String> expand(String tag) {
        Matcher several = SEVERAL.matcher(tag);
        if (!several.find()) {
            return List.of(tag);
        }
        List<String> tags = new ArrayList<>();
        for (String value : several.group(1).split("\\+")) {
            String one = tag.substring(0, several.start(1)) + value + tag.substring(several.end(1));
            tags.addAll(expand(one));
        }
        return tags;
    }

    /** Whether nothing is cached. */
    boolean plain() {
        return policy.equals("none");
    }

    /** {@code taylorseer}. */
    String family() {
        return policy.split(":")[0];
    }

    @Override
    public String toString() {
        return policy + " " + scheduler + " " + steps;
    }
}
