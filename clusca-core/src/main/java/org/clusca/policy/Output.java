package org.clusca.policy;

import java.util.Arrays;
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
import org.clusca.api.schedule.OutputForm;

/**
 * Forecasts what the scheduler takes: between full steps no network runs, and the model's output
 * after guidance follows from those of the last full steps by a Taylor polynomial in the step
 * number. Kept is one latent for each order. Source: our own measurements.
 *
 * @param pace which steps are full
 * @param order of the polynomial; 0 is reuse
 * @param as what the output is forecast as
 */
public record Output(Pace pace, int order, OutputForm as) implements Composed {
    private static final Pace DEFAULT = Pace.widening(4);

    private static final List<Parameter> PARAMETERS =
            DEFAULT.and(
                    List.of(
                            Parameter.whole(
                                    "order", 2, 0, 8, "Order of the Taylor forecast; 0 is reuse."),
                            Parameter.choice(
                                    "as",
                                    "What the output is forecast as.",
                                    Arrays.stream(OutputForm.values())
                                            .map(Output::word)
                                            .toArray(String[]::new))));

    public Output {
        Options.resolve("policy output", PARAMETERS, Map.of("order", "" + order));
    }

    private static String word(OutputForm form) {
        return form.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String tag() {
        return "output:"
                + pace.tagHead()
                + "order="
                + order
                + ",as="
                + word(as)
                + pace.tagTail(DEFAULT);
    }

    @Override
    public Composition composition() {
        return Composition.when(pace.when())
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(new Place.Output(as), new Taylor(order))
                .build();
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return "output";
        }

        @Override
        public String description() {
            return "forecasts the model's output between full steps, so that no network runs";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        /** Flow models are forecast as what their networks give. */
        @Override
        public Map<String, String> published(String family) {
            return switch (family) {
                case "flux", "hunyuan-video" -> Map.of("as", "velocity");
                default -> Map.of();
            };
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new Output(
                    Pace.of(options),
                    options.whole("order"),
                    OutputForm.valueOf(options.text("as").toUpperCase(Locale.ROOT)));
        }
    }
}
