package org.clusca.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Parameter;

/**
 * The full steps of a policy, as its tag says them: at regular intervals; further apart towards the
 * end; or a list.
 *
 * @param interval steps from one full step to the next; of no account in a list
 * @param first leading steps that are always full; of regular intervals alone
 * @param full {@link #REGULAR}, {@link #WIDENING}, or steps such as {@code 0-3-7}
 */
public record Pace(int interval, int first, String full) {
    /** The leading steps, then every {@code interval}-th: {@link When#every}. */
    public static final String REGULAR = "regular";

    /** {@link When#widening}. */
    public static final String WIDENING = "widening";

    private static final Pattern LIST = Pattern.compile("\\d{1,6}(-\\d{1,6})*");

    /**
     * @throws CluscaException INVALID_PARAMETER for a number out of range or a list without step 0
     */
    public Pace {
        Range.require("The interval of full steps", interval, 1, Range.MOST_STEPS);
        Range.require("The number of leading full steps", first, 1, Range.MOST_STEPS);
        if (!List.of(REGULAR, WIDENING).contains(full)) {
            When.steps(list(full));
        }
    }

    /** As published for most policies. */
    public static Pace regular(int interval, int first) {
        return new Pace(interval, first, REGULAR);
    }

    public static Pace widening(int interval) {
        return new Pace(interval, 1, WIDENING);
    }

    /** The listed steps, 0 for the noisiest. */
    public static Pace of(int... steps) {
        return new Pace(
                1,
                1,
                Arrays.stream(steps).mapToObj(Integer::toString).collect(Collectors.joining("-")));
    }

    static Pace of(Options options) {
        return new Pace(options.whole("interval"), options.whole("first"), options.text("full"));
    }

    private List<Parameter> parameters() {
        return List.of(
                Parameter.whole(
                        "interval",
                        interval,
                        1,
                        Range.MOST_STEPS,
                        "Steps from one full step to the next."),
                Parameter.whole(
                        "first",
                        first,
                        1,
                        Range.MOST_STEPS,
                        "Leading steps that are always full, where full=regular."),
                Parameter.text(
                        "full",
                        full,
                        REGULAR + " | " + WIDENING + " | steps such as 0-3-7",
                        "Full steps: at regular intervals, further apart towards the end, or as listed."));
    }

    /** Its parameters, with these as a policy's defaults, and the policy's own. */
    List<Parameter> and(List<Parameter> own) {
        List<Parameter> all = new ArrayList<>(parameters());
        all.addAll(own);
        return List.copyOf(all);
    }

    public When when() {
        return switch (full) {
            case REGULAR -> When.every(interval, first);
            case WIDENING -> When.widening(interval);
            default -> When.steps(list(full));
        };
    }

    /** What a tag says first of it, with a comma where that is anything. */
    String tagHead() {
        return full.equals(REGULAR) || full.equals(WIDENING) ? "interval=" + interval + "," : "";
    }

    /** What a tag says last of it, with a comma ahead. */
    String tagTail(Pace defaults) {
        return (full.equals(REGULAR) ? ",first=" + first : "")
                + (full.equals(defaults.full) ? "" : ",full=" + full);
    }

    private static int[] list(String text) {
        if (!LIST.matcher(text).matches()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Full steps must be "
                            + REGULAR
                            + ", "
                            + WIDENING
                            + " or a list such as 0-3-7, found '"
                            + text
                            + "'.");
        }
        return Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray();
    }
}
