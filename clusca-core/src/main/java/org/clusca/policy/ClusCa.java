package org.clusca.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.cluster.KMeans;
import org.jspecify.annotations.Nullable;

/**
 * ClusCa (arXiv 2509.10312): at full steps the tokens are clustered by their hidden state after the
 * last block; between full steps attention is forecast by a Taylor polynomial, and of each MLP one
 * random token per cluster is computed. Its output enters the cached feature, the other tokens of
 * the cluster move towards it by the propagation ratio, and the forecast from that feature is what
 * the step uses.
 */
public final class ClusCa implements CachePolicy {
    private final Interval when;
    private final Taylor forecast;
    private final int clusters;
    private final double propagation;
    private final Clusterer clusterer;
    private final TokenSelector selector;
    private final boolean summed;

    private ClusCa(Builder builder) {
        when = new Interval(builder.interval, builder.first);
        forecast = new Taylor(builder.order);
        clusters = builder.clusters;
        propagation = builder.propagation;
        clusterer = builder.clusterer;
        summed = builder.token0WhereEmpty;
        selector =
                builder.selector != null
                        ? builder.selector
                        : summed
                                ? TokenSelector.TOKEN_0_WHERE_EMPTY
                                : TokenSelector.ONE_PER_CLUSTER;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String tag() {
        return "clusca:interval="
                + when.interval()
                + ",clusters="
                + clusters
                + ",order="
                + forecast.order()
                + ",propagation="
                + Parameter.format(propagation)
                + ",first="
                + when.first()
                + (clusterer.tag().equals("kmeans") ? "" : ",clusterer=" + clusterer.tag())
                + (summed ? ",empty=token0" : "");
    }

    @Override
    public Requirements requirements() {
        return new Requirements(forecast.order(), true, true);
    }

    @Override
    public CacheSession open(GenerationContext context) {
        for (Branch branch : context.branches()) {
            if (clusters > branch.tokens()) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "Parameter clusters of policy clusca is "
                                + clusters
                                + ", but the model has only "
                                + branch.tokens()
                                + " tokens; choose at most "
                                + branch.tokens()
                                + ".");
            }
        }
        return new Session(context);
    }

    private final class Session implements CacheSession {
        private final GenerationContext context;
        private @Nullable Clustering clustering;

        Session(GenerationContext context) {
            this.context = context;
        }

        @Override
        public StepPlan plan(StepContext step) {
            boolean full = when.full(step.index());
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < context.branches().size(); i++) {
                if (full) {
                    actions.add(new Action.Compute(when.restarts(step.index())));
                } else if (context.branches().get(i).id().kind() == BranchKind.MLP) {
                    actions.add(refresh(step.index(), i));
                } else {
                    actions.add(new Action.Predict(forecast));
                }
            }
            return new StepPlan(actions, full);
        }

        private Action refresh(int step, int branch) {
            Clustering groups = clustering().orElseThrow();
            int[][] tokens = new int[context.batch()][];
            for (int row = 0; row < tokens.length; row++) {
                tokens[row] = selector.select(context.seed(), step, branch, row, groups);
            }
            return new Action.ComputeTokens(
                    tokens, new Merge.Propagate(propagation, groups.labels(), summed), forecast);
        }

        @Override
        public void observe(Observation observation) {
            clustering =
                    clusterer.cluster(
                            new ClusteringRequest(
                                    observation.hidden(),
                                    clusters,
                                    clustering == null ? null : clustering.centroids(),
                                    context.seed()));
        }

        @Override
        public Optional<Clustering> clustering() {
            return Optional.ofNullable(clustering);
        }
    }

    /** Collects the parameters; each has the default that {@link ClusCaFactory} lists. */
    public static final class Builder {
        private int interval = 5;
        private int clusters = 16;
        private int order = 1;
        private double propagation = 0.007;
        private int first = 2;
        private Clusterer clusterer = KMeans.standard();
        private @Nullable TokenSelector selector;
        private boolean token0WhereEmpty;

        private Builder() {}

        /** Steps from one full step to the next. */
        public Builder interval(int value) {
            interval = value;
            return this;
        }

        public Builder clusters(int value) {
            clusters = value;
            return this;
        }

        /** Order of the Taylor forecast. */
        public Builder order(int value) {
            order = value;
            return this;
        }

        /** How far a token moves towards its cluster's computed token, 0 to 1. */
        public Builder propagation(double value) {
            propagation = value;
            return this;
        }

        /** Leading steps that are always full. */
        public Builder first(int value) {
            first = value;
            return this;
        }

        public Builder clusterer(Clusterer value) {
            clusterer = value;
            return this;
        }

        /** Which tokens are computed; by default one random token per cluster. */
        public Builder selector(TokenSelector value) {
            selector = value;
            return this;
        }

        /**
         * Replays the published code, in which an empty cluster computes token 0 and computed
         * outputs are summed, not averaged.
         */
        public Builder token0WhereEmpty(boolean value) {
            token0WhereEmpty = value;
            return this;
        }

        /**
         * @throws CluscaException INVALID_PARAMETER for a value out of range
         */
        public ClusCa build() {
            ClusCaFactory.check(interval, clusters, order, propagation, first);
            return new ClusCa(this);
        }
    }
}
