package org.clusca.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cluster.Clusterer;

/**
 * FreqCa (arXiv 2510.08669): between full steps the blocks rest, and the hidden state that the last
 * layer reads is forecast in two parts: its low spatial frequencies, which are alike from step to
 * step, by reuse; the high ones, which move steadily, by a Hermite polynomial.
 */
public final class FreqCa implements Composed {
    private static final String NAME = "freqca";

    /** Interval and leading steps are in every tag. */
    private static final int IN_TAG = 2;

    private static final Pace PUBLISHED = Pace.regular(6, 3);

    /** Stands for a forecast of all frequencies as the high ones. */
    private static final String WHOLE = "none";

    private static final List<Parameter> PARAMETERS =
            PUBLISHED.and(
                    List.of(
                            Parameter.whole(
                                    "order", 2, 0, 8, "Order of the forecast of high frequencies."),
                            Parameter.whole("low", 0, 0, 8, "The same for low ones; 0 is reuse."),
                            Parameter.choice(
                                    "transform",
                                    "How frequencies are told apart: over the grid of tokens, along the line of tokens, or not at all.",
                                    "dct",
                                    "fft",
                                    WHOLE),
                            Parameter.real(
                                    "cutoff",
                                    0.1,
                                    0,
                                    1,
                                    "Highest of the low frequencies, as a share of the highest of all."),
                            Parameter.choice(
                                    "forecast",
                                    "What forecasts are polynomials of.",
                                    "hermite",
                                    "taylor"),
                            Parameter.real("sigma", 0.71, 0, 10, "Scale of Hermite polynomials.")));

    private final Pace pace;
    private final Options options;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     */
    public FreqCa(Map<String, String> given) {
        options = Options.resolve("policy " + NAME, PARAMETERS, given);
        pace = Pace.of(options);
    }

    @Override
    public String tag() {
        return PolicyTag.of(NAME, PARAMETERS, options, IN_TAG);
    }

    @Override
    public Composition composition() {
        return Composition.when(pace.when())
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(new Place.Trunk(false), forecast())
                .build();
    }

    private Forecast forecast() {
        Predictor high = predictor("order");
        String transform = options.text("transform");
        return transform.equals(WHOLE)
                ? high
                : new Forecast.Banded(
                        Forecast.Transform.valueOf(transform.toUpperCase(Locale.ROOT)),
                        options.real("cutoff"),
                        predictor("low"),
                        high);
    }

    private Predictor predictor(String order) {
        return options.text("forecast").equals("taylor")
                ? new Taylor(options.whole(order))
                : new Hermite(options.whole(order), options.real("sigma"));
    }

    /** Lower orders, of the high frequencies first. */
    @Override
    public List<CachePolicy> lighter() {
        int order = options.whole("order");
        int low = options.whole("low");
        return LowerOrders.of(
                Math.max(order, low),
                kept -> {
                    Map<String, String> lower = new HashMap<>(options.values());
                    lower.put("order", Integer.toString(Math.min(order, kept)));
                    lower.put("low", Integer.toString(Math.min(low, kept)));
                    return new FreqCa(lower);
                });
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "forecasts what the last layer reads, low and high frequencies apart, between full steps";
        }

        @Override
        public String source() {
            return "FreqCa, arXiv 2510.08669";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new FreqCa(options.values());
        }
    }
}
