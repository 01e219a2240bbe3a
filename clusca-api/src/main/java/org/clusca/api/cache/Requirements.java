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
import org.jspecify.annotations.Nullable;

/**
 * What a policy needs of the engine; it decides the form of the graph before the first step. What
 * is not declared costs nothing.
 */
public final class Requirements {
    /** Everything is computed, nothing is kept. */
    public static final Requirements NOTHING = builder().build();

    private final int order;
    private final Set<BranchKind> tokens;
    private final boolean hidden;
    private final Set<Signal> signals;
    private final Map<Place, Integer> places;
    private final Set<Gauge> gauges;
    private final boolean perChannel;
    private final boolean banded;
    private final boolean corrects;

    private Requirements(Builder builder) {
        order = builder.order;
        tokens = Set.copyOf(builder.tokens);
        hidden = builder.hidden;
        signals = Set.copyOf(builder.signals);
        places = Map.copyOf(builder.places);
        gauges = Set.copyOf(builder.gauges);
        perChannel = builder.perChannel;
        banded = builder.banded;
        corrects = builder.corrects;
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
        builder.gauges.addAll(gauges);
        builder.perChannel = perChannel;
        builder.banded = banded;
        builder.corrects = corrects;
        return builder;
    }

    /** Highest order of difference kept of every branch; 0 keeps features alone, -1 nothing. */
    public int order() {
        return order;
    }

    /** Kinds of branches for which the policy uses {@link Action.ComputeTokens}. */
    public Set<BranchKind> tokens() {
        return tokens;
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

    /** Whether the policy observes the streams' hidden states. */
    public boolean hidden() {
        return hidden;
    }

    /** What it observes of branches that are computed. */
    public Set<Signal> signals() {
        return signals;
    }

    /** Places that it forecasts, each with the highest order kept. */
    public Map<Place, Integer> places() {
        return places;
    }

    /** What it decides on. */
    public Set<Gauge> gauges() {
        return gauges;
    }

    /** Leading blocks that are computed at every step, because a gauge is read behind them. */
    public int leadingBlocks() {
        return gauges.stream().mapToInt(Gauge::leadingBlocks).max().orElse(0);
    }

    /** Whether a branch's output can be measured without being used. */
    public boolean verifies(BranchId branch) {
        return gauges.stream().anyMatch(gauge -> gauge.measures(branch));
    }

    /** Whether forecasts within the network differ by channel. */
    public boolean perChannel() {
        return perChannel;
    }

    /** Whether forecasts of places within the network differ by frequency. */
    public boolean banded() {
        return banded;
    }

    /** Whether the policy uses {@link Merge.Correct}. */
    public boolean corrects() {
        return corrects;
    }

    /** Whether anything is kept from step to step. */
    public boolean keeps() {
        return order >= 0 || !places.isEmpty();
    }

    private Map<String, Object> parts() {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("order", order);
        parts.put("tokens", tokens);
        parts.put("hidden", hidden);
        parts.put("signals", signals);
        parts.put("places", places);
        parts.put("gauges", gauges);
        parts.put("perChannel", perChannel);
        parts.put("banded", banded);
        parts.put("corrects", corrects);
        return parts;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Requirements same && parts().equals(same.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "Requirements" + parts();
    }

    /** Collects what is needed; nothing, where nothing is said. */
    public static final class Builder {
        private int order = -1;
        private final Set<BranchKind> tokens = EnumSet.noneOf(BranchKind.class);
        private boolean hidden;
        private final Set<Signal> signals = EnumSet.noneOf(Signal.class);
        private final Map<Place, Integer> places = new LinkedHashMap<>();
        private final Set<Gauge> gauges = new LinkedHashSet<>();
        private boolean perChannel;
        private boolean banded;
        private boolean corrects;

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

        /**
         * @throws CluscaException INCOMPATIBLE when parts contradict each other
         */
        public Requirements build() {
            require(order >= -1, "keep order " + order);
            require(
                    order >= 0 || tokens.isEmpty(),
                    "compute some tokens of branches of which it keeps nothing");
            require(
                    order >= 0 || signals.isEmpty(),
                    "see signals of branches of which it keeps nothing");
            return new Requirements(this);
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
