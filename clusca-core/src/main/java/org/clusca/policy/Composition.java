package org.clusca.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.model.Branch;

/**
 * A policy put together from parts: <i>when</i> everything is computed, and for the other steps
 * rules that say <i>where</i> which branch is computed, predicted, or refreshed on some tokens. Of
 * several rules that fit a branch the last one counts.
 */
public final class Composition implements CachePolicy {
    /**
     * What some branches do on cached steps.
     *
     * @param required whether a network without such branches is refused
     */
    record Rule(Where where, Cached cached, boolean required) {}

    /**
     * What is forecast as one.
     *
     * @param place on a network of so many blocks
     */
    record Skipped(IntFunction<Place> place, Skip at, Forecast forecast) {}

    /** What stable blocks do. */
    record Reused(StableBlocks blocks, Skip at) {}

    /** What of the trunk is computed. */
    record Refreshed(Tokens tokens, Skip at) {}

    private final String tag;
    private final Parts parts;

    /**
     * What it is put together from.
     *
     * @param rowsApart whether the rows of an image have their tokens chosen apart
     */
    record Parts(
            When when,
            List<Rule> rules,
            List<Skipped> skipped,
            List<Reused> reused,
            List<Refreshed> refreshed,
            boolean rowsApart) {
        Parts {
            rules = List.copyOf(rules);
            skipped = List.copyOf(skipped);
            reused = List.copyOf(reused);
            refreshed = List.copyOf(refreshed);
        }
    }

    private Composition(Builder builder) {
        tag = builder.tag;
        parts =
                new Parts(
                        builder.when,
                        builder.rules,
                        builder.skipped,
                        builder.reused,
                        builder.refreshed,
                        builder.rowsApart);
    }

    /**
     * At which cached steps a place is forecast. Blocks that are full at such a step are computed
     * all the same, for the cache; a step whose blocks are all full forecasts nothing.
     */
    @FunctionalInterface
    public interface Skip {
        /**
         * Lays the rule out for one generation; the result is asked for step indices, 0 for the
         * noisiest.
         */
        IntPredicate open(int steps);
    }

    public static Builder when(When when) {
        return new Builder(when);
    }

    @Override
    public String tag() {
        return tag;
    }

    /** Without gauges and places, which lie where the network has them. */
    @Override
    public Requirements requirements() {
        return needs().build();
    }

    @Override
    public Requirements requirements(List<Branch> branches) {
        Requirements.Builder needs = needs();
        parts.when().gauges(branches).forEach(needs::gauge);
        int blocks = blocks(branches);
        for (Skipped part : parts.skipped()) {
            needs.forecasts(part.place().apply(blocks), part.forecast());
        }
        for (Reused part : parts.reused()) {
            StableBlocks.blocks(branches).forEach(b -> needs.gauge(StableBlocks.change(b)));
            part.blocks()
                    .candidates(branches)
                    .forEach(b -> needs.forecasts(new Place.Blocks(b, b + 1), Cached.reuse()));
        }
        if (!parts.refreshed().isEmpty()) {
            RefreshedTrunk.declare(needs);
        }
        return needs.build();
    }

    private Requirements.Builder needs() {
        Requirements.Builder needs = Requirements.builder();
        parts.rules().forEach(rule -> rule.cached().declare(needs, rule.where().refreshed()));
        return needs;
    }

    static int blocks(List<Branch> branches) {
        return branches.stream().mapToInt(branch -> branch.id().block() + 1).max().orElse(0);
    }

    @Override
    public CacheSession open(GenerationContext context) {
        return new ComposedSession(context, requirements(context.branches()), parts);
    }

    static CluscaException clash(String what) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE, "This composition does not fit: " + what + ".");
    }

    /** Collects the rules. */
    public static final class Builder {
        private final When when;
        private final List<Rule> rules = new ArrayList<>();
        private final List<Skipped> skipped = new ArrayList<>();
        private final List<Reused> reused = new ArrayList<>();
        private final List<Refreshed> refreshed = new ArrayList<>();
        private boolean rowsApart;
        private String tag = "composition";

        private Builder(When when) {
            this.when = when;
        }

        /** The same for branches that not every model has: there it may fit none. */
        public Builder ruleIfAny(Where where, Cached cached) {
            rules.add(new Rule(where, cached, false));
            return this;
        }

        /**
         * What these branches do on cached steps; overrides earlier rules. A model without such
         * branches is refused with INCOMPATIBLE when a generation starts.
         */
        public Builder rule(Where where, Cached cached) {
            rules.add(new Rule(where, cached, true));
            return this;
        }

        /** A place that is forecast at every cached step, so that what lies before it rests. */
        public Builder forecasting(Place place, Forecast forecast) {
            return forecasting(place, steps -> index -> true, forecast);
        }

        /** A place that is forecast at some cached steps. */
        public Builder forecasting(Place place, Skip at, Forecast forecast) {
            return forecasting(blocks -> place, at, forecast);
        }

        /**
         * The same of a place that lies where the network's number of blocks says.
         *
         * @param place for a number of blocks
         */
        public Builder forecasting(IntFunction<Place> place, Skip at, Forecast forecast) {
            skipped.add(new Skipped(place, at, forecast));
            return this;
        }

        /** At some cached steps stable blocks add what they added at the last full step. */
        public Builder reusing(StableBlocks blocks, Skip at) {
            reused.add(new Reused(blocks, at));
            return this;
        }

        /**
         * At some cached steps only these tokens of the image go through the network, with all of
         * the text; the others stay at the end of the trunk as the step before left them. What is
         * forecast at other steps must have the trunk's residual among it, by which they are
         * chosen.
         */
        public Builder refreshing(Tokens tokens, Skip at) {
            refreshed.add(new Refreshed(tokens, at));
            return this;
        }

        /**
         * Whether the two rows that an image has under guidance are clustered and have their tokens
         * chosen apart, as published; by default they share clusters and tokens.
         */
        public Builder rowsApart(boolean value) {
            rowsApart = value;
            return this;
        }

        /** How reports name it. */
        public Builder tag(String value) {
            tag = value;
            return this;
        }

        /**
         * @throws CluscaException INCOMPATIBLE saying what clashes
         */
        public Composition build() {
            if (rules.isEmpty()) {
                throw clash("it has no rule for cached steps; add one with rule(...)");
            }
            if (!refreshed.isEmpty()
                    && skipped.stream()
                            .noneMatch(
                                    part ->
                                            part.place()
                                                    .apply(Range.ANY)
                                                    .equals(LargestChange.RESIDUAL))) {
                throw clash(
                        "tokens of the trunk are refreshed against what the blocks add, which it"
                                + " does not keep; add forecasting(new Place.Trunk(true), ...)");
            }
            for (Rule rule : rules) {
                rule.cached()
                        .merged()
                        .filter(Merging::needsClusters)
                        .ifPresent(
                                merging -> {
                                    Tokens tokens = rule.cached().choosing().orElseThrow();
                                    if (!tokens.clusters()) {
                                        throw clash(
                                                "on "
                                                        + rule.where().words()
                                                        + ", propagation needs clusters, which "
                                                        + tokens
                                                        + " does not make; choose tokens by cluster, or merge by replacing");
                                    }
                                });
            }
            return new Composition(this);
        }
    }
}
