package org.clusca.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.Stream;

/** The decisions of a {@link Composition} in one generation. */
final class ComposedSession implements CacheSession {
    /** A place of the network with when and how it is forecast. */
    private record Skipping(Place place, IntPredicate at, Forecast forecast) {}

    private final Requirements requirements;
    private final List<Branch> branches;
    private final When.FullSteps full;
    private final List<Skipping> places;
    private final List<Cached> cached = new ArrayList<>();
    private final Map<Tokens, Tokens.Session> choices = new IdentityHashMap<>();
    private final List<ReusedBlocks> reused;
    private final List<RefreshedTrunk> refreshed;

    /** Whether the step that was planned last computes everything. */
    private boolean whole;

    /**
     * @param requirements on this network
     */
    ComposedSession(GenerationContext context, Requirements requirements, Composition.Parts parts) {
        this.requirements = requirements;
        branches = context.branches();
        full = parts.when().open(context);
        int blocks = Composition.blocks(branches);
        places =
                parts.skipped().stream()
                        .map(
                                part ->
                                        new Skipping(
                                                part.place().apply(blocks),
                                                part.at().open(context.steps()),
                                                part.forecast()))
                        .toList();
        reused =
                parts.reused().stream()
                        .map(
                                part ->
                                        new ReusedBlocks(
                                                branches,
                                                part.blocks(),
                                                part.at().open(context.steps())))
                        .toList();
        Opening opening =
                (tokens, own) ->
                        parts.rowsApart()
                                ? tokens.open(context, own)
                                : SharedRows.open(tokens, context, own);
        refreshed =
                parts.refreshed().stream()
                        .map(
                                part ->
                                        new RefreshedTrunk(
                                                branches,
                                                opening.open(part.tokens(), branches),
                                                part.at().open(context.steps())))
                        .toList();
        parts.rules().forEach(rule -> requireFit(rule, blocks));
        Map<Tokens, List<Branch>> chosen = new IdentityHashMap<>();
        for (Branch branch : branches) {
            Cached rule = choose(parts.rules(), branch.id(), blocks);
            cached.add(rule);
            rule.choosing()
                    .ifPresent(
                            tokens ->
                                    chosen.computeIfAbsent(tokens, t -> new ArrayList<>())
                                            .add(branch));
        }
        chosen.forEach((tokens, own) -> choices.put(tokens, opening.open(tokens, own)));
    }

    /** How a choice of tokens is opened in this generation. */
    private interface Opening {
        Tokens.Session open(Tokens tokens, List<Branch> own);
    }

    private void requireFit(Composition.Rule rule, int blocks) {
        if (rule.required()
                && branches.stream()
                        .noneMatch(branch -> rule.where().test().holds(branch.id(), blocks))) {
            throw Composition.clash(
                    "the rule for "
                            + rule.where().words()
                            + " fits no branch of this model, which has "
                            + blocks
                            + " blocks; leave it out, or make it one of ruleIfAny");
        }
    }

    private static Cached choose(List<Composition.Rule> rules, BranchId id, int blocks) {
        Composition.Rule chosen = null;
        for (Composition.Rule rule : rules) {
            chosen = rule.where().test().holds(id, blocks) ? rule : chosen;
        }
        if (chosen == null) {
            throw Composition.clash(
                    "no rule says what "
                            + id
                            + " does on cached steps; begin with a rule for every branch");
        }
        if (chosen.cached().choosing().isPresent()
                && !chosen.where().refreshed().contains(id.kind())) {
            throw Composition.clash(
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
        full.begin(step);
        return decided(step);
    }

    @Override
    public Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings readings) {
        if (whole) {
            reused.forEach(part -> part.computed(readings));
        }
        return full.rejects(step, readings) ? Optional.of(decided(step)) : Optional.empty();
    }

    @Override
    public List<String> remarks() {
        return reused.stream().flatMap(part -> part.remark().stream()).toList();
    }

    @Override
    public Optional<Judgement> judgement() {
        return full.judgement();
    }

    private StepPlan decided(StepContext step) {
        Map<Place, Forecast> skipped = new HashMap<>();
        whole = branches.stream().allMatch(b -> full.full(step.index(), b.id().block()));
        if (!whole) {
            for (RefreshedTrunk part : refreshed) {
                if (part.at().test(step.index())) {
                    return part.plan(step);
                }
            }
            reused.forEach(part -> skipped.putAll(part.at(step.index())));
            places.forEach(
                    part -> {
                        if (part.at().test(step.index())) {
                            skipped.put(part.place(), part.forecast());
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
        if (skipped.stream().anyMatch(place -> place.holds(branch.id()))) {
            return new Action.Predict(Cached.reuse());
        }
        return full.verifies(step.index()) && requirements.verifies(branch.id())
                ? rule.verified(step, index, branch, choice)
                : rule.action(step, index, branch, choice);
    }

    /** What a skipped trunk makes of its first blocks is nobody's hidden state. */
    private boolean observes(StepContext step, Map<Place, Forecast> skipped) {
        if (!refreshed.isEmpty()) {
            return requirements.hidden()
                    ? skipped.isEmpty()
                    : skipped.keySet().stream().noneMatch(Place::skipsTrunk);
        }
        boolean observes =
                requirements.hidden() ? skipped.isEmpty() : !requirements.signals().isEmpty();
        return observes && full.full(step.index(), 0);
    }

    @Override
    public void observe(Observation observation) {
        refreshed.forEach(part -> part.choice().observe(observation));
        if (full.full(observation.index(), 0)) {
            choices.values().forEach(choice -> choice.observe(observation));
        }
    }

    @Override
    public Optional<Clustering> clustering() {
        return choices.values().stream()
                .flatMap(choice -> choice.clustering(Stream.IMAGE).stream())
                .findFirst();
    }
}
