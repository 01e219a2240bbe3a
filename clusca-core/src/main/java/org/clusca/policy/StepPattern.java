package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * What every step of a generation does, one letter each: {@code F} full, {@code .} cached, {@code
 * B} a refresh of blocks, {@code T} a refresh of tokens; the first step is full. Source: X-Slim.
 */
record StepPattern(String letters) {
    /** Steps of those that ship. */
    static final int SHIPPED_STEPS = 50;

    static final char FULL = 'F';
    static final char CACHED = '.';
    static final char BLOCKS = 'B';
    static final char TOKENS = 'T';

    /** Those that ship with the released code, for FLUX.1-dev and 50 steps. */
    private static final Map<String, String> SHIPPED =
            Map.of(
                    "slow", "FFFFF.F..B...T....F....F......F.....B....T..F..F.F",
                    "fast", "FFFF..F....T......T........F........T.......F....F",
                    "steps-slow", "FFFFF.F..F...F....F....F......F.....F....F..F..F.F",
                    "steps-fast", "FFFF..F....F......F........F........F.......F....F");

    /**
     * @throws CluscaException INVALID_PARAMETER for what is no pattern
     */
    StepPattern {
        if (!letters.matches("F[F.BT]{0,9999}")) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Steps must be "
                            + String.join(", ", names())
                            + ", or a letter for each step: F full, . cached, B blocks, T tokens,"
                            + " the first one full, such as FFF.F.B.T.F; found '"
                            + letters
                            + "'.");
        }
    }

    /** Names of those that ship. */
    static List<String> names() {
        return SHIPPED.keySet().stream().sorted().toList();
    }

    /** The name of the one that ships with full steps in place of the refreshes of another. */
    static String withoutRefreshes(String name) {
        return name.startsWith("steps-") ? name : "steps-" + name;
    }

    /** Letters, or the name of one that ships, which is stretched to the number of steps. */
    static StepPattern of(String text, int steps) {
        String shipped = SHIPPED.get(text);
        return shipped == null ? new StepPattern(text) : new StepPattern(shipped).stretched(steps);
    }

    /**
     * The same over another number of steps: each step does as the one at the same share of the
     * run. This is our own way; those that ship were made for 50 steps.
     */
    private StepPattern stretched(int steps) {
        int last = letters.length() - 1;
        return new StepPattern(
                IntStream.range(0, steps)
                        .map(i -> steps == 1 ? 0 : Math.round((float) i * last / (steps - 1)))
                        .mapToObj(i -> letters.substring(i, i + 1))
                        .collect(Collectors.joining()));
    }

    /** The same with steps of one kind made another. */
    StepPattern with(char kind, char other) {
        return new StepPattern(letters.replace(kind, other));
    }

    int steps() {
        return letters.length();
    }

    boolean has(char kind) {
        return letters.indexOf(kind) >= 0;
    }

    /** Whether a step is of a kind. */
    boolean is(int index, char kind) {
        return letters.charAt(index) == kind;
    }

    long count(char kind) {
        return letters.chars().filter(letter -> letter == kind).count();
    }

    int[] full() {
        return IntStream.range(0, steps()).filter(i -> is(i, FULL)).toArray();
    }
}
