package org.clusca.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Place;
import org.clusca.api.cluster.Clusterer;

/**
 * TaylorSeer: between full steps every branch's output is forecast by a Taylor polynomial in the
 * step number. Source: arXiv 2503.06923.
 *
 * @param pace which steps are full
 * @param order of the polynomial; 0 is reuse
 * @param keep what is kept and forecast: every branch; or in a fraction of the memory only the
 *     hidden state that the last layer reads (TaylorSeer-Lite), or what the blocks have added to it
 */
public record TaylorSeer(Pace pace, int order, Keep keep) implements Composed {
    /** What is kept from step to step. */
    public enum Keep {
        BRANCHES,
        LAST,
        RESIDUAL;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pace PUBLISHED = Pace.regular(5, 2);

    private static final List<Parameter> PARAMETERS =
            PUBLISHED.and(
                    List.of(
                            Parameter.whole(
                                    "order", 2, 0, 8, "Order of the Taylor forecast; 0 is reuse."),
                            Parameter.choice(
                                    "keep",
                                    "What is kept: every branch, or in little memory the state that the last layer reads alone, or what the blocks add to it.",
                                    Keep.BRANCHES.word(),
                                    Keep.LAST.word(),
                                    Keep.RESIDUAL.word())));

    /** As published: every branch is kept. */
    public TaylorSeer(int interval, int order, int first) {
        this(Pace.regular(interval, first), order, Keep.BRANCHES);
    }

    public TaylorSeer {
        Options.resolve("policy taylorseer", PARAMETERS, Map.of("order", "" + order));
    }

    @Override
    public String tag() {
        return "taylorseer:"
                + pace.tagHead()
                + "order="
                + order
                + pace.tagTail(PUBLISHED)
                + (keep == Keep.BRANCHES ? "" : ",keep=" + keep.word());
    }

    @Override
    public Composition composition() {
        Composition.Builder when = Composition.when(pace.when());
        Taylor forecast = new Taylor(order);
        return keep == Keep.BRANCHES
                ? when.rule(Where.everywhere(), Cached.predict(forecast)).build()
                : when.rule(Where.everywhere(), Cached.compute())
                        .forecasting(new Place.Trunk(keep == Keep.RESIDUAL), forecast)
                        .build();
    }

    /** Lower orders; at last the hidden state alone. */
    @Override
    public List<CachePolicy> lighter() {
        List<CachePolicy> lighter =
                new ArrayList<>(LowerOrders.of(order, lower -> new TaylorSeer(pace, lower, keep)));
        if (keep == Keep.BRANCHES) {
            lighter.add(new TaylorSeer(pace, order, Keep.LAST));
        }
        return lighter;
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return "taylorseer";
        }

        @Override
        public String description() {
            return "forecasts every branch by a Taylor polynomial between full steps";
        }

        @Override
        public String source() {
            return "TaylorSeer, arXiv 2503.06923";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Map<String, String> published(String family) {
            return switch (family) {
                // FLUX.1-dev, 1024x1024, 50 steps
                case "flux" -> Map.of("interval", "5", "order", "2", "first", "3");
                // 65 frames of 480x640, 50 steps
                case "hunyuan-video" -> Map.of("interval", "5", "order", "1", "first", "1");
                default -> Map.of();
            };
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new TaylorSeer(
                    Pace.of(options),
                    options.whole("order"),
                    Keep.valueOf(options.text("keep").toUpperCase(Locale.ROOT)));
        }
    }
}
