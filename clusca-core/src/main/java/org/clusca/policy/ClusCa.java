package org.clusca.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.model.Stream;
import org.clusca.cluster.KMeans;
import org.jspecify.annotations.Nullable;

/**
 * ClusCa (arXiv 2509.10312): at full steps the tokens are clustered by their hidden state after the
 * last block; between full steps attention is forecast by a Taylor polynomial, and of each MLP one
 * random token per cluster is computed. Its output enters the cached feature, the other tokens of
 * the cluster move towards it by the propagation ratio, and the forecast from that feature is what
 * the step uses.
 */
public final class ClusCa implements Composed {
    /** Stands for the propagation of image tokens. */
    static final int AS_IMAGE = -1;

    private final String tag;
    private final Composition composition;
    private final List<CachePolicy> lighter = new ArrayList<>();

    private ClusCa(Builder builder, int order) {
        tag = builder.tag(order);
        Taylor forecast = new Taylor(order);
        Tokens tokens =
                new OnePerCluster(
                        builder.clusters,
                        builder.clusterer,
                        builder.selector(),
                        builder.draw,
                        builder.frameWise);
        composition =
                Composition.when(builder.pace.when())
                        .rule(Where.everywhere(), Cached.predict(forecast))
                        .ruleIfAny(
                                Where.mlp(),
                                Cached.refresh(
                                        tokens, builder.merging(builder.propagation), forecast))
                        .ruleIfAny(
                                Where.stream(Stream.TEXT).and(Where.mlp()),
                                Cached.refresh(
                                        tokens,
                                        builder.merging(builder.textPropagation()),
                                        forecast))
                        .rowsApart(builder.rowsApart)
                        .build();
        if (order > 0) {
            ClusCa lower = new ClusCa(builder, order - 1);
            lighter.add(lower);
            lighter.addAll(lower.lighter);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String tag() {
        return tag;
    }

    @Override
    public Composition composition() {
        return composition;
    }

    /** Lower orders. */
    @Override
    public List<CachePolicy> lighter() {
        return Collections.unmodifiableList(lighter);
    }

    /** Collects the parameters; each has the default that {@link ClusCaFactory} lists. */
    public static final class Builder {
        private Pace pace = ClusCaFactory.PUBLISHED;
        private int clusters = 16;
        private int order = 1;
        private double propagation = 0.007;
        private double textPropagation = AS_IMAGE;
        private Clusterer clusterer = KMeans.standard();
        private @Nullable TokenSelector selector;
        private boolean byError;
        private boolean tokenDistances;
        private Draw draw = Draw.BRANCH;
        private boolean token0WhereEmpty;
        private boolean frameWise;
        private boolean rowsApart;

        private Builder() {}

        /** Steps from one full step to the next. */
        public Builder interval(int value) {
            return pace(new Pace(value, pace.first(), pace.full()));
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

        /** The same for text tokens; as for the others when not set. */
        public Builder textPropagation(double value) {
            textPropagation = value;
            return this;
        }

        /** Leading steps that are always full. */
        public Builder first(int value) {
            return pace(new Pace(pace.interval(), value, pace.full()));
        }

        /** Which steps are full. */
        public Builder pace(Pace value) {
            pace = value;
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
         * Moves tokens by the error of the forecast at their cluster's computed token, which itself
         * is exact, instead of towards its value as published.
         */
        public Builder byError(boolean value) {
            byError = value;
            return this;
        }

        /**
         * Takes the difference at the next full step over each token's own distance, where one was
         * computed since. Without effect by error: what is corrected there stays in the time of the
         * full step.
         */
        public Builder tokenDistances(boolean value) {
            tokenDistances = value;
            return this;
        }

        /** Which token stands for a cluster. */
        public Builder draw(Draw value) {
            draw = value;
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

        /** As published, clusters and chooses tokens of the two rows of a guided image apart. */
        public Builder rowsApart(boolean value) {
            rowsApart = value;
            return this;
        }

        /**
         * Clusters each latent frame of a video by itself: so many clusters in each, and none that
         * spans two.
         */
        public Builder frameWise(boolean value) {
            frameWise = value;
            return this;
        }

        /**
         * @throws CluscaException INVALID_PARAMETER for a value out of range
         */
        public ClusCa build() {
            ClusCaFactory.check(clusters, order, propagation, textPropagation);
            return new ClusCa(this, order);
        }

        private String tag(int order) {
            return "clusca:"
                    + pace.tagHead()
                    + "clusters="
                    + clusters
                    + ",order="
                    + order
                    + ",propagation="
                    + Parameter.format(propagation)
                    + (textPropagation == AS_IMAGE
                            ? ""
                            : ",textpropagation=" + Parameter.format(textPropagation))
                    + pace.tagTail(ClusCaFactory.PUBLISHED)
                    + (clusterer.tag().equals("kmeans") ? "" : ",clusterer=" + clusterer.tag())
                    + (frameWise ? ",framewise=true" : "")
                    + (rowsApart ? ",rows=apart" : "")
                    + (byError ? ",merge=error" : "")
                    + (tokenDistances ? ",distance=token" : "")
                    + (draw == Draw.BRANCH ? "" : ",draw=" + draw)
                    + (token0WhereEmpty ? ",empty=token0" : "");
        }

        private double textPropagation() {
            return textPropagation == AS_IMAGE ? propagation : textPropagation;
        }

        private Merging merging(double ratio) {
            return byError
                    ? Merging.correct(ratio)
                    : new Merging.Propagate(ratio, token0WhereEmpty, tokenDistances);
        }

        private TokenSelector selector() {
            if (selector != null) {
                return selector;
            }
            return token0WhereEmpty
                    ? TokenSelector.TOKEN_0_WHERE_EMPTY
                    : TokenSelector.ONE_PER_CLUSTER;
        }
    }
}
