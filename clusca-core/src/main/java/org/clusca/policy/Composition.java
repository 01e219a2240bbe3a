package org.clusca.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
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
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy put together from parts: <i>when</i> everything is computed, and for the other steps
 * rules that say <i>where</i> which branch is computed, predicted, or refreshed on some tokens. Of
 * several rules that fit a branch the last one counts.
 */
public final class Composition implements CachePolicy {
    private record Rule(Where where, Cached cached) {}

    private final String tag;
    private final When when;
    private final List<Rule> rules;
    private final @Nullable Skip skip;
    private final Predictor skipPredictor;
    private final Requirements requirements;

    private Composition(Builder builder) {
        tag = builder.tag;
        when = builder.when;
        rules = List.copyOf(builder.rules);
        skip = builder.skip;
        skipPredictor = builder.skipPredictor;
        int order = -1;
        Set<BranchKind> tokens = new HashSet<>();
        boolean hidden = false;
        Set<Signal> signals = new HashSet<>();
        for (Rule rule : rules) {
            if (rule.cached() instanceof Cached.Predict predict) {
                order = Math.max(order, predict.predictor().order());
            } else if (rule.cached() instanceof Cached.Refresh refresh) {
                order = Math.max(order, refresh.predictor().order());
                tokens.addAll(rule.where().kinds());
                tokens.remove(BranchKind.ATTENTION);
                hidden |= refresh.tokens().hidden();
                signals.addAll(refresh.tokens().signals());
            }
        }
        requirements =
                new Requirements(
                        order, tokens, hidden, signals, skip == null ? -1 : skipPredictor.order());
    }

    /**
     * Which cached steps skip the trunk: the last layer sees the hidden state of the step before.
     * Blocks that are full at such a step are computed all the same, for the cache; a step whose
     * blocks are all full does not skip.
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
        private final IntPredicate skipped;
        private final List<Cached> cached = new ArrayList<>();
        private final Map<Tokens, Tokens.Session> choices = new IdentityHashMap<>();

        Session(GenerationContext context) {
            branches = context.branches();
            full = when.open(context.steps());
            skipped = skip == null ? index -> false : skip.open(context.steps());
            int blocks =
                    branches.stream().mapToInt(branch -> branch.id().block() + 1).max().orElse(0);
            Map<Tokens, List<Branch>> refreshed = new IdentityHashMap<>();
            for (Branch branch : branches) {
                Cached chosen = choose(branch.id(), blocks);
                cached.add(chosen);
                if (chosen instanceof Cached.Refresh refresh) {
                    refreshed
                            .computeIfAbsent(refresh.tokens(), tokens -> new ArrayList<>())
                            .add(branch);
                }
            }
            refreshed.forEach((tokens, own) -> choices.put(tokens, tokens.open(context, own)));
        }

        private Cached choose(BranchId id, int blocks) {
            Cached chosen = null;
            for (Rule rule : rules) {
                chosen = rule.where().test().holds(id, blocks) ? rule.cached() : chosen;
            }
            if (chosen == null) {
                throw clash(
                        "no rule says what "
                                + id
                                + " does on cached steps; begin with a rule for every branch");
            }
            if (chosen instanceof Cached.Refresh && id.kind() == BranchKind.ATTENTION) {
                throw clash(
                        id + " mixes tokens, so it cannot be computed on some of them; predict it");
            }
            return chosen;
        }

        @Override
        public StepPlan plan(StepContext step) {
            boolean skips =
                    skipped.test(step.index())
                            && branches.stream()
                                    .anyMatch(b -> !full.full(step.index(), b.id().block()));
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < branches.size(); i++) {
                if (full.full(step.index(), branches.get(i).id().block())) {
                    actions.add(new Action.Compute(full.restarts(step.index())));
                    if (cached.get(i) instanceof Cached.Refresh refresh) {
                        requireNonNull(choices.get(refresh.tokens())).computed(i);
                    }
                } else {
                    actions.add(skips ? new Action.Predict(Cached.reuse()) : action(step, i));
                }
            }
            // what a skipped trunk makes of its first blocks is nobody's hidden state
            boolean observes = requirements.hidden() ? !skips : !requirements.signals().isEmpty();
            return new StepPlan(
                    actions,
                    observes && full.full(step.index(), 0),
                    skips ? Optional.of(skipPredictor) : Optional.empty());
        }

        private Action action(StepContext step, int branch) {
            Cached rule = cached.get(branch);
            if (rule instanceof Cached.Predict predict) {
                return new Action.Predict(predict.predictor());
            }
            if (rule instanceof Cached.Refresh refresh) {
                Tokens.Session choice = requireNonNull(choices.get(refresh.tokens()));
                return new Action.ComputeTokens(
                        choice.choose(step, branch),
                        refresh.merging()
                                .merge(choice.clustering(branches.get(branch).id().stream())),
                        refresh.predictor());
            }
            return new Action.Compute(false);
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
        private @Nullable Skip skip;
        private Predictor skipPredictor = Cached.reuse();
        private String tag = "composition";

        private Builder(When when) {
            this.when = when;
        }

        /** What these branches do on cached steps; overrides earlier rules. */
        public Builder rule(Where where, Cached cached) {
            rules.add(new Rule(where, cached));
            return this;
        }

        /** Cached steps that skip the trunk and reuse the state that the last layer reads. */
        public Builder skipping(Skip value) {
            return skipping(value, Cached.reuse());
        }

        /** Cached steps that skip the trunk and predict the state that the last layer reads. */
        public Builder skipping(Skip value, Predictor predictor) {
            skip = value;
            skipPredictor = predictor;
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
                if (rule.cached() instanceof Cached.Refresh refresh
                        && refresh.merging().needsClusters()
                        && !refresh.tokens().clusters()) {
                    throw clash(
                            "on "
                                    + rule.where().words()
                                    + ", propagation needs clusters, which "
                                    + refresh.tokens()
                                    + " does not make; choose tokens by cluster, or merge by replacing");
                }
            }
            return new Composition(this);
        }
    }
}
