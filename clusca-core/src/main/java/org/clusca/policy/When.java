package org.clusca.policy;

import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Which steps are computed in full. */
@FunctionalInterface
public interface When {
    /**
     * Lays the rule out for one generation.
     *
     * @throws CluscaException INVALID_PARAMETER when the rule does not fit that many steps
     */
    FullSteps open(int steps);

    /** The rule for a given number of steps. */
    interface FullSteps {
        /** Whether block {@code block} is computed in full at step {@code index}. */
        boolean full(int index, int block);

        /** Whether a full step forgets the history instead of taking differences with it. */
        default boolean restarts(int index) {
            return false;
        }
    }

    /**
     * The {@code first} leading steps, then every {@code interval}-th after the last of them. The
     * leading steps lie too close together for a slope: differences are taken from the last of them
     * on. Source: ClusCa and TaylorSeer.
     */
    static When every(int interval, int first) {
        Interval rule = new Interval(interval, first);
        return steps -> rule;
    }

    /**
     * The first step, and those whose number, counted down to 0, is a multiple of {@code interval}.
     * Source: FORA.
     */
    static When countdown(int interval) {
        Range.require("The interval of full steps", interval, 1, Range.ANY);
        return steps -> (index, block) -> index == 0 || (steps - 1 - index) % interval == 0;
    }

    /**
     * The listed steps, 0 for the noisiest, which must be among them.
     *
     * @throws CluscaException INVALID_PARAMETER when step 0 is missing or a step is negative
     */
    static When steps(int... list) {
        int[] sorted = Arrays.stream(list).sorted().toArray();
        if (sorted.length == 0 || sorted[0] != 0) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A list of full steps must begin with step 0, found "
                            + Arrays.toString(sorted)
                            + ": before anything is computed nothing can be predicted.");
        }
        return steps -> {
            int last = sorted[sorted.length - 1];
            if (last >= steps) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "Step "
                                + last
                                + " is listed as full, but there are "
                                + steps
                                + " steps, 0 to "
                                + (steps - 1)
                                + ".");
            }
            return (index, block) -> Arrays.binarySearch(sorted, index) >= 0;
        };
    }

    /** This rule, and the last {@code count} steps too. */
    default When andLast(int count) {
        Range.require("The number of last full steps", count, 0, Range.ANY);
        return steps -> {
            FullSteps inner = open(steps);
            return new FullSteps() {
                @Override
                public boolean full(int index, int block) {
                    return index >= steps - count || inner.full(index, block);
                }

                @Override
                public boolean restarts(int index) {
                    return inner.restarts(index);
                }
            };
        };
    }
}
