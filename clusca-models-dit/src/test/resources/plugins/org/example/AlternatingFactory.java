package org.example;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clusterer;

/** A policy: computes every other step and reuses in between. */
public final class AlternatingFactory implements CachePolicyFactory {
    @Override
    public String name() {
        return "alternating";
    }

    @Override
    public String description() {
        return "computes every other step";
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new Alternating();
    }

    record Alternating() implements CachePolicy {
        @Override
        public String tag() {
            return "alternating";
        }

        @Override
        public Requirements requirements() {
            return Requirements.order(0);
        }

        @Override
        public CacheSession open(GenerationContext context) {
            int branches = context.branches().size();
            List<Action> full = Collections.nCopies(branches, new Action.Compute(true));
            List<Action> reuse = Collections.nCopies(branches, new Action.Predict(new Reuse()));
            return step -> new StepPlan(step.index() % 2 == 0 ? full : reuse, false);
        }
    }

    record Reuse() implements Predictor {
        @Override
        public int order() {
            return 0;
        }

        @Override
        public double[] coefficients(StepContext step, History history) {
            return new double[] {1};
        }
    }
}
