package org.clusca.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;

/** Which steps are computed in full. */
@FunctionalInterface
public interface When {
    /**
     * Lays the rule out for one generation.
     *
     * @throws CluscaException INVALID_PARAMETER when the rule does not fit that many steps
     */
    FullSteps open(GenerationContext context);

    /**
     * What it decides on.
     *
     * @param branches of the network
     */
    default Set<Gauge> gauges(List<Branch> branches) {
        return Set.of();
    }

    /** The rule for one generation; used by one thread. */
    interface FullSteps {
        /** A step begins; called once for each, in order, before anything is asked of it. */
        default void begin(StepContext step) {}

        /** The same in place of {@link #begin}, of a step that is full whatever this rule says. */
        default void computed(int index) {}

        /** Whether block {@code block} is computed in full at step {@code index}. */
        boolean full(int index, int block);

        /** Whether a full step forgets the history instead of taking differences with it. */
        default boolean restarts(int index) {
            return false;
        }

        /**
         * Whether at this cached step what its gauges measure is computed, only to be held against
         * the forecast.
         */
        default boolean verifies(int index) {
            return false;
        }

        /**
         * Called when a step has run, where there are gauges.
         *
         * @return whether it is run again, in full: {@link #full} then says so
         */
        default boolean rejects(StepContext step, Readings readings) {
            return false;
        }

        /** What the step was decided by. */
        default Optional<Judgement> judgement() {
            return Optional.empty();
        }
    }

    /**
     * The {@code first} leading steps, then every {@code interval}-th after the last of them. The
     * leading steps lie too close together for a slope: differences are taken from the last of them
     * on. Source: ClusCa and TaylorSeer.
     */
    static When every(int interval, int first) {
        Interval rule = new Interval(interval, first);
        return context -> rule;
    }

    /**
     * The first step, and those whose number, counted down to 0, is a multiple of {@code interval}.
     * Source: FORA.
     */
    static When countdown(int interval) {
        Range.require("The interval of full steps", interval, 1, Range.ANY);
        return context ->
                (index, block) -> index == 0 || (context.steps() - 1 - index) % interval == 0;
    }

    /**
     * Every {@code interval}-th step, further apart towards the end: from 60 % of the run on one
     * step more. The first gap is one shorter, since all that is known there is one output. With 50
     * steps and an interval of 4: 0, 3, 7, 11, ..., 31, 36, 41, 46. Source: our own measurements,
     * on the model that ships.
     */
    static When widening(int interval) {
        Range.require("The interval of full steps", interval, 1, Range.ANY);
        return context -> {
            int steps = context.steps();
            int longer = interval == 1 ? 1 : interval + 1;
            BitSet full = new BitSet();
            for (int index = 0;
                    index < steps;
                    index +=
                            index == 0
                                    ? Math.max(1, interval - 1)
                                    : 10 * index < 6 * steps ? interval : longer) {
                full.set(index);
            }
            return (index, block) -> full.get(index);
        };
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
        return context -> {
            int steps = context.steps();
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

    /**
     * When what a gauge shows has reached a threshold: the mean over the rows, for decisions are
     * made for all rows of the batch at once. Steps that a gauge has nothing to show of are full.
     *
     * @param gauge that is read ahead
     */
    static When changed(Gauge gauge, double threshold) {
        return new Threshold(gauge, Polynomial.IDENTITY, false, threshold);
    }

    /**
     * When what a gauge shows, put into a polynomial and added up since the last full step, has
     * reached a threshold.
     *
     * @param gauge that is read ahead
     */
    static When drifted(Gauge gauge, Polynomial rescaled, double threshold) {
        return new Threshold(gauge, rescaled, true, threshold);
    }

    /** This rule, and the first {@code count} steps too. */
    default When andFirst(int count) {
        Range.require("The number of first full steps", count, 0, Range.ANY);
        return new Bounded(this, count, 0, Range.ANY);
    }

    /** This rule, and the last {@code count} steps too. */
    default When andLast(int count) {
        Range.require("The number of last full steps", count, 0, Range.ANY);
        return new Bounded(this, 0, count, Range.ANY);
    }

    /** This rule, and a step after {@code cached} steps in a row that were not full. */
    default When andAfter(int cached) {
        Range.require("The number of cached steps in a row", cached, 0, Range.ANY);
        return new Bounded(this, 0, 0, cached);
    }
}
