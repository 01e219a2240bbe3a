package org.clusca.api.cache;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;

/**
 * What a policy needs of the engine; it decides the form of the graph before the first step. What
 * is not declared costs nothing. Made by {@link #builder()}.
 *
 * @param order highest order of difference kept of every branch; 0 keeps features alone, -1 nothing
 * @param tokens kinds of branches for which the policy uses {@link Action.ComputeTokens}
 * @param hidden whether the policy observes the streams' hidden states
 * @param signals what it observes of branches that are computed
 * @param places that it forecasts, each with the highest order kept
 * @param observed places that it observes where they are computed
 * @param refreshesTrunk whether it uses {@link StepPlan#refreshed()}
 * @param gauges what it decides on
 * @param perChannel whether forecasts within the network differ by channel
 * @param banded whether forecasts of places within the network differ by frequency
 * @param corrects whether it uses {@link Merge.Correct}
 * @param tokenDistances whether the first difference at a full step is taken over each token's own
 *     distance, where one was computed since the full step before
 */
public record Requirements(
        int order,
        Set<BranchKind> tokens,
        boolean hidden,
        Set<Signal> signals,
        Map<Place, Integer> places,
        Set<Place> observed,
        boolean refreshesTrunk,
        Set<Gauge> gauges,
        boolean perChannel,
        boolean banded,
        boolean corrects,
        boolean tokenDistances) {
    /** Everything is computed, nothing is kept. */
    public static final Requirements NOTHING = builder().build();

    /**
     * @throws CluscaException INCOMPATIBLE when parts contradict each other
     */
    public Requirements {
        tokens = Set.copyOf(tokens);
        signals = Set.copyOf(signals);
        places = Map.copyOf(places);
        observed = Set.copyOf(observed);
        gauges = Set.copyOf(gauges);
        require(order >= -1, "keep order " + order);
        require(
                order >= 0 || tokens.isEmpty() || refreshesTrunk,
                "compute some tokens of branches of which it keeps nothing");
        require(
                places.keySet().containsAll(observed),
                "observe " + observed + ", of which it keeps " + places.keySet());
        require(
                !refreshesTrunk || !places.isEmpty() && !tokens.isEmpty(),
                "refresh tokens of the trunk without forecasting a place at other steps, and"
                        + " without computing some tokens of branches");
        require(
                order >= 0 || signals.isEmpty(),
                "see signals of branches of which it keeps nothing");
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Features of every branch up to an order of difference, and no more. */
    public static Requirements order(int order) {
        return builder().order(order).build();
    }

    /** The same and more. */
    public Builder toBuilder() {
        Builder builder = builder().order(order).signals(signals);
        builder.tokens.addAll(tokens);
        builder.hidden = hidden;
        builder.places.putAll(places);
        builder.observed.addAll(observed);
        builder.refreshesTrunk = refreshesTrunk;
        builder.gauges.addAll(gauges);
        builder.perChannel = perChannel;
        builder.banded = banded;
        builder.corrects = corrects;
        builder.tokenDistances = tokenDistances;
        return builder;
    }

    /** Whether some tokens of branches of this kind are computed. */
    public boolean refreshes(BranchKind kind) {
        return tokens.contains(kind);
    }

    /**
     * Whether some tokens of branches of this kind go through attention, with the keys and values
     * of the others as they were computed last. Those of parallel branches do where those of
     * attention branches do; else they take what attention brought them at the last full step.
     */
    public boolean attends(BranchKind kind) {
        return refreshes(BranchKind.ATTENTION)
                && switch (kind) {
                    case ATTENTION -> true;
                    case PARALLEL -> refreshes(BranchKind.PARALLEL);
                    case CROSS_ATTENTION, MLP -> false;
                };
    }

    /** Leading blocks that are computed at every step, because a gauge is read behind them. */
    public int leadingBlocks() {
        return gauges.stream().mapToInt(Gauge::leadingBlocks).max().orElse(0);
    }

    /** Whether a branch's output can be measured without being used. */
    public boolean verifies(BranchId branch) {
        return gauges.stream().anyMatch(gauge -> gauge.measures(branch));
    }

    /** Whether anything is kept from step to step. */
    public boolean keeps() {
        return order >= 0 || !places.isEmpty();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A cache policy cannot "
                            + what
                            + "; expected order -1 (nothing) or more, and 0 or more for the"
                            + " rest.");
        }
    }

    /** Collects what is needed; nothing, where nothing is said. */
    public static final class Builder {
        private int order = -1;
        private final Set<BranchKind> tokens = EnumSet.noneOf(BranchKind.class);
        private boolean hidden;
        private final Set<Signal> signals = EnumSet.noneOf(Signal.class);
        private final Map<Place, Integer> places = new LinkedHashMap<>();
        private final Set<Place> observed = new LinkedHashSet<>();
        private boolean refreshesTrunk;
        private final Set<Gauge> gauges = new LinkedHashSet<>();
        private boolean perChannel;
        private boolean banded;
        private boolean corrects;
        private boolean tokenDistances;

        private Builder() {}

        /** Of every branch, at least this order of difference. */
        public Builder order(int value) {
            order = Math.max(order, value);
            return this;
        }

        /** Some tokens of branches of these kinds are computed. */
        public Builder tokens(BranchKind... kinds) {
            tokens.addAll(Set.of(kinds));
            return this;
        }

        /** The streams' hidden states are observed. */
        public Builder hidden() {
            hidden = true;
            return this;
        }

        public Builder signals(Collection<Signal> values) {
            signals.addAll(values);
            return this;
        }

        /**
         * A place is forecast.
         *
         * @param highest order that is kept of it, at least 0
         */
        public Builder forecasts(Place place, int highest) {
            require(highest >= 0, "keep order " + highest + " of " + place);
            places.merge(place, highest, Math::max);
            return this;
        }

        /** A place is forecast so. */
        public Builder forecasts(Place place, Forecast forecast) {
            forecast.match(new Shape());
            return forecasts(place, forecast.order());
        }

        /** Branches are predicted so. */
        public Builder predicts(Forecast forecast) {
            forecast.match(new Shape());
            return order(forecast.order());
        }

        /** What is kept of a place that is forecast is observed where it is computed. */
        public Builder observes(Place place) {
            observed.add(place);
            return this;
        }

        /**
         * At some steps only some tokens of the image stream go through the network: {@link
         * StepPlan#refreshed()}. Then nothing needs to be kept of branches to compute some of their
         * tokens.
         */
        public Builder refreshesTrunk() {
            refreshesTrunk = true;
            return this;
        }

        public Builder gauge(Gauge gauge) {
            gauges.add(gauge);
            return this;
        }

        /** Forecasts of places within the network differ by frequency. */
        public Builder banded() {
            banded = true;
            return this;
        }

        /** Forecasts within the network differ by channel. */
        public Builder perChannel() {
            perChannel = true;
            return this;
        }

        /** Computed tokens correct the forecast of others. */
        public Builder corrects() {
            corrects = true;
            return this;
        }

        /** Differences are taken over each token's own distance. */
        public Builder tokenDistances() {
            tokenDistances = true;
            return this;
        }

        /**
         * @throws CluscaException INCOMPATIBLE when parts contradict each other
         */
        public Requirements build() {
            return new Requirements(
                    order,
                    tokens,
                    hidden,
                    signals,
                    places,
                    observed,
                    refreshesTrunk,
                    gauges,
                    perChannel,
                    banded,
                    corrects,
                    tokenDistances);
        }

        /** What the form of a forecast asks of the graph. */
        private final class Shape implements Forecast.Cases<Builder> {
            @Override
            public Builder whole(Predictor predictor) {
                return Builder.this;
            }

            @Override
            public Builder banded(Forecast.Banded forecast) {
                return Builder.this.banded();
            }

            @Override
            public Builder perChannel(Forecast.PerChannel forecast) {
                return Builder.this.perChannel();
            }
        }
    }
}
