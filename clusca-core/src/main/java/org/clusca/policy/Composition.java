package org.clusca.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.Stream;

/**
 * A policy put together from parts: <i>when</i> everything is computed, and for the other steps
 * rules that say <i>where</i> which branch is computed, predicted, or refreshed on some tokens. Of
 * several rules that fit a branch the last one counts.
 */
public final class Composition implements CachePolicy {
    private record Rule(Where where, Cached cached, boolean required) {}

    private final String tag;
    private final When when;
    private final List<Rule> rules;
    private final Map<Place, Skip> places;
    private final Map<Place, Forecast> forecasts;
    private final boolean rowsApart;
    private final Requirements requirements;

    private Composition(Builder builder) {
        tag = builder.tag;
        when = builder.when;
        rules = List.copyOf(builder.rules);
        places = Map.copyOf(builder.places);
        forecasts = Map.copyOf(builder.forecasts);
        rowsApart = builder.rowsApart;
        Requirements.Builder needs = Requirements.builder();
        rules.forEach(rule -> rule.cached().declare(needs, rule.where().refreshed()));
        forecasts.forEach(needs::forecasts);
        requirements = needs.build();
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

    @Override
    public Requirements requirements() {
        return requirements;
    }

    @Override
    public CacheSession open(GenerationContext context) {
        return new Session(context);
    }

    private final class Session implements CacheSession {
        private final List<Branch> branches;
        private final When.FullSteps full;
        private final Map<Place, IntPredicate> forecast = new HashMap<>();
        private final List<Cached> cached = new ArrayList<>();
        private final Map<Tokens, Tokens.Session> choices = new IdentityHashMap<>();

        Session(GenerationContext context) {
            branches = context.branches();
            full = when.open(context.steps());
            places.forEach((place, skip) -> forecast.put(place, skip.open(context.steps())));
            int blocks =
                    branches.stream().mapToInt(branch -> branch.id().block() + 1).max().orElse(0);
            rules.forEach(rule -> requireFit(rule, blocks));
            Map<Tokens, List<Branch>> refreshed = new IdentityHashMap<>();
            for (Branch branch : branches) {
                Cached chosen = choose(branch.id(), blocks);
                cached.add(chosen);
                chosen.choosing()
                        .ifPresent(
                                tokens ->
                                        refreshed
                                                .computeIfAbsent(tokens, t -> new ArrayList<>())
                                                .add(branch));
            }
            refreshed.forEach(
                    (tokens, own) ->
                            choices.put(
                                    tokens,
                                    rowsApart
                                            ? tokens.open(context, own)
                                            : SharedRows.open(tokens, context, own)));
        }

        private void requireFit(Rule rule, int blocks) {
            if (rule.required()
                    && branches.stream()
                            .noneMatch(branch -> rule.where().test().holds(branch.id(), blocks))) {
                throw clash(
                        "the rule for "
                                + rule.where().words()
                                + " fits no branch of this model, which has "
                                + blocks
                                + " blocks; leave it out, or make it one of ruleIfAny");
            }
        }

        private Cached choose(BranchId id, int blocks) {
            Rule chosen = null;
            for (Rule rule : rules) {
                chosen = rule.where().test().holds(id, blocks) ? rule : chosen;
            }
            if (chosen == null) {
                throw clash(
                        "no rule says what "
                                + id
                                + " does on cached steps; begin with a rule for every branch");
            }
            if (chosen.cached().choosing().isPresent()
                    && !chosen.where().refreshed().contains(id.kind())) {
                throw clash(
                        id
                                + " mixes tokens, and a rule for "
                                + chosen.where().words()
                                + " would compute it on some of them; predict it, or name it by a"
                                + " rule for attention");
            }
            return chosen.cached();
        }

        @Override
        public StepPlan plan(StepContext step) {
            Map<Place, Forecast> skipped = new HashMap<>();
            if (branches.stream().anyMatch(b -> !full.full(step.index(), b.id().block()))) {
                forecast.forEach(
                        (place, at) -> {
                            if (at.test(step.index())) {
                                skipped.put(place, forecasts.get(place));
                            }
                        });
            }
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < branches.size(); i++) {
                actions.add(action(step, i, skipped.keySet()));
            }
            StepPlan plan = new StepPlan(actions, observes(step, skipped), skipped);
            return plan.kind() == StepKind.OUTPUT ? new StepPlan(List.of(), false, skipped) : plan;
        }

        private Action action(StepContext step, int index, Set<Place> skipped) {
            Branch branch = branches.get(index);
            Cached rule = cached.get(index);
            Tokens.Session choice = rule.choosing().map(choices::get).orElse(Tokens.NONE);
            if (full.full(step.index(), branch.id().block())) {
                choice.computed(index);
                return new Action.Compute(full.restarts(step.index()));
            }
            return skipped.stream().anyMatch(place -> place.holds(branch.id()))
                    ? new Action.Predict(Cached.reuse())
                    : rule.action(step, index, branch, choice);
        }

        /** What a skipped trunk makes of its first blocks is nobody's hidden state. */
        private boolean observes(StepContext step, Map<Place, Forecast> skipped) {
            boolean observes =
                    requirements.hidden() ? skipped.isEmpty() : !requirements.signals().isEmpty();
            return observes && full.full(step.index(), 0);
        }

        @Override
        public void observe(Observation observation) {
            choices.values().forEach(choice -> choice.observe(observation));
        }

        @Override
        public Optional<Clustering> clustering() {
            return choices.values().stream()
                    .flatMap(choice -> choice.clustering(Stream.IMAGE).stream())
                    .findFirst();
        }
    }

    private static CluscaException clash(String what) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE, "This composition does not fit: " + what + ".");
    }

    /** Collects the rules. */
    public static final class Builder {
        private final When when;
        private final List<Rule> rules = new ArrayList<>();
        private final Map<Place, Skip> places = new LinkedHashMap<>();
        private final Map<Place, Forecast> forecasts = new LinkedHashMap<>();
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
            places.put(place, at);
            forecasts.put(place, forecast);
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
