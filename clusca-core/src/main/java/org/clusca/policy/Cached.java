package org.clusca.policy;

import java.util.Optional;
import java.util.Set;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;

/** What a branch does on a step that is not full. */
public sealed interface Cached {
    /** Compute it all the same. */
    record Compute() implements Cached {
        @Override
        public void declare(Requirements.Builder needs, Set<BranchKind> kinds) {}

        @Override
        public Action action(StepContext step, int index, Branch branch, Tokens.Session choice) {
            return new Action.Compute(false);
        }
    }

    /** Predict it. */
    record Predict(Forecast forecast) implements Cached {
        @Override
        public void declare(Requirements.Builder needs, Set<BranchKind> kinds) {
            needs.predicts(forecast);
        }

        @Override
        public Action action(StepContext step, int index, Branch branch, Tokens.Session choice) {
            return new Action.Predict(forecast);
        }

        @Override
        public Action verified(StepContext step, int index, Branch branch, Tokens.Session choice) {
            return new Action.Verify(forecast);
        }
    }

    /** Compute some tokens, merge them into the cache, predict from that. */
    record Refresh(Tokens tokens, Merging merging, Forecast forecast) implements Cached {
        @Override
        public void declare(Requirements.Builder needs, Set<BranchKind> kinds) {
            needs.predicts(forecast).signals(tokens.signals());
            merging.declare(needs);
            kinds.forEach(needs::tokens);
            if (tokens.hidden()) {
                needs.hidden();
            }
        }

        @Override
        public Action action(StepContext step, int index, Branch branch, Tokens.Session choice) {
            return new Action.ComputeTokens(
                    choice.choose(step, index),
                    merging.merge(choice.clustering(branch.id().stream())),
                    forecast);
        }

        @Override
        public Optional<Tokens> choosing() {
            return Optional.of(tokens);
        }

        @Override
        public Optional<Merging> merged() {
            return Optional.of(merging);
        }
    }

    /**
     * Says what it needs.
     *
     * @param kinds of branches that it is for
     */
    void declare(Requirements.Builder needs, Set<BranchKind> kinds);

    /**
     * @param choice of its tokens; {@link Tokens#NONE} where it chooses none
     */
    Action action(StepContext step, int index, Branch branch, Tokens.Session choice);

    /** The same at a step at which the branch's forecast is checked, where it is one. */
    default Action verified(StepContext step, int index, Branch branch, Tokens.Session choice) {
        return action(step, index, branch, choice);
    }

    /** How it chooses tokens, where it computes some. */
    default Optional<Tokens> choosing() {
        return Optional.empty();
    }

    /** How they enter the cache. */
    default Optional<Merging> merged() {
        return Optional.empty();
    }

    static Cached compute() {
        return new Compute();
    }

    static Cached predict(Forecast forecast) {
        return new Predict(forecast);
    }

    static Cached refresh(Tokens tokens, Merging merging, Forecast forecast) {
        return new Refresh(tokens, merging, forecast);
    }

    /** Plain reuse of what was computed last. */
    static Predictor reuse() {
        return new Taylor(0);
    }
}
