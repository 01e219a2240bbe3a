package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Place;
import org.clusca.api.cluster.Clusterer;

/**
 * TeaCache (arXiv 2411.19108): the relative change of the first block's modulated input from step
 * to step, put into a polynomial that was fitted to the model, says how much the output changes.
 * These are added up, and a step is full when the sum has reached a threshold; at the others what
 * all blocks added at the last full step is added to this step's own embedding.
 */
public final class TeaCache implements Composed {
    private static final String NAME = "teacache";

    private static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.real(
                            "threshold",
                            0.1,
                            0,
                            1e6,
                            "Sum of the changes at which a step is full; 0 for every step."),
                    Parameter.text(
                            "polynomial",
                            Polynomial.IDENTITY.toString(),
                            "coefficients with colons between them, the highest power first",
                            "What a change is put into before it is added."),
                    Parameter.whole("first", 1, 1, 1000, "Leading steps that are always full."),
                    Parameter.whole("final", 1, 0, 1000, "Last steps that are always full."));

    private final Options options;
    private final Polynomial polynomial;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER for what is out of range
     */
    public TeaCache(Map<String, String> given) {
        options = Options.resolve("policy " + NAME, PARAMETERS, given);
        polynomial = Polynomial.parse(options.text("polynomial"));
    }

    @Override
    public String tag() {
        return PolicyTag.of(NAME, PARAMETERS, options, 1);
    }

    @Override
    public Composition composition() {
        Gauge change = new Gauge.InputChange(Norm.RELATIVE_L1);
        return Composition.when(
                        When.drifted(change, polynomial, options.real("threshold"))
                                .andFirst(options.whole("first"))
                                .andLast(options.whole("final")))
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(new Place.Trunk(true), Cached.reuse())
                .build();
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "skips all blocks until the first one's input has changed enough";
        }

        @Override
        public String source() {
            return "TeaCache, arXiv 2411.19108";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Map<String, String> published(String family) {
            return switch (family) {
                // FLUX.1-dev, 1024x1024, 50 steps
                case "flux" ->
                        Map.of(
                                "threshold",
                                "0.4",
                                "polynomial",
                                "498.651651:-283.781631:55.8554382:-3.82021401:0.264230861");
                // 65 frames of 480x640, 50 steps
                case "hunyuan-video" ->
                        Map.of(
                                "threshold",
                                "0.15",
                                "polynomial",
                                "733.226126:-401.131952:67.5869174:-3.149878:0.0961237896");
                default -> Map.of();
            };
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new TeaCache(options.values());
        }
    }
}
