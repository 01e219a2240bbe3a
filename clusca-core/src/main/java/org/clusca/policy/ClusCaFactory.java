package org.clusca.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/** Makes {@link ClusCa} from a tag. */
public final class ClusCaFactory implements CachePolicyFactory {
    static final Pace PUBLISHED = Pace.regular(5, 2);

    private static final List<Parameter> PARAMETERS =
            PUBLISHED.and(
                    List.of(
                            Parameter.whole(
                                    "clusters",
                                    16,
                                    1,
                                    65536,
                                    "Clusters; so many tokens are computed on a cached step."),
                            Parameter.whole(
                                    "order", 1, 0, 8, "Order of the Taylor forecast; 0 is reuse."),
                            Parameter.real(
                                    "propagation",
                                    0.007,
                                    0,
                                    1,
                                    "How far a token moves towards its cluster's computed token."),
                            Parameter.real(
                                    "textpropagation",
                                    ClusCa.AS_IMAGE,
                                    ClusCa.AS_IMAGE,
                                    1,
                                    "The same for text tokens; -1 for the same ratio."),
                            Parameter.text(
                                    "clusterer",
                                    "kmeans",
                                    "a clusterer's name or tag",
                                    "How tokens are grouped."),
                            Parameter.choice(
                                    "framewise",
                                    "Whether each latent frame of a video is clustered by itself.",
                                    "false",
                                    "true"),
                            Parameter.choice(
                                    "rows",
                                    "Whether the two rows of a guided image share clusters and tokens, or have their own as published.",
                                    "shared",
                                    "apart"),
                            Parameter.choice(
                                    "merge",
                                    "Whether tokens move towards the value of their cluster's computed token, as published, or by the error of its forecast.",
                                    "value",
                                    "error"),
                            Parameter.choice(
                                    "draw",
                                    "Which token is computed: a random one for each branch, as published, or for each step, the one nearest to the cluster's mean, or the one whose forecast was furthest off at the last full step.",
                                    "branch",
                                    "step",
                                    "nearest",
                                    "error"),
                            Parameter.choice(
                                    "distance",
                                    "Over what the difference at a full step is taken: the steps since the last one, as published, or since a token was computed.",
                                    "step",
                                    "token"),
                            Parameter.choice(
                                    "empty",
                                    "What an empty cluster computes: nothing, or token 0 as published.",
                                    "skip",
                                    "token0")));

    static void check(int clusters, int order, double propagation, double textPropagation) {
        Options.resolve(
                "policy clusca",
                PARAMETERS,
                Map.of(
                        "clusters", "" + clusters,
                        "order", "" + order,
                        "propagation", "" + propagation,
                        "textpropagation", "" + textPropagation));
    }

    @Override
    public String name() {
        return "clusca";
    }

    @Override
    public String description() {
        return "computes one token per cluster and forecasts the rest between full steps";
    }

    @Override
    public String source() {
        return "ClusCa, arXiv 2509.10312";
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
                            "interval", "5",
                            "order", "1",
                            "clusters", "16",
                            "first", "3",
                            "propagation", "0.005",
                            "textpropagation", "0");
            // 65 frames of 480x640, 50 steps
            case "hunyuan-video" ->
                    Map.of(
                            "interval", "5",
                            "order", "1",
                            "clusters", "32",
                            "first", "1",
                            "propagation", "0.01");
            default -> Map.of();
        };
    }

    @Override
    public Map<String, String> asPublished() {
        return Map.of("rows", "apart", "empty", "token0");
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return ClusCa.builder()
                .pace(Pace.of(options))
                .clusters(options.whole("clusters"))
                .order(options.whole("order"))
                .propagation(options.real("propagation"))
                .textPropagation(options.real("textpropagation"))
                .clusterer(clusterers.apply(options.text("clusterer")))
                .frameWise(options.text("framewise").equals("true"))
                .rowsApart(options.text("rows").equals("apart"))
                .byError(options.text("merge").equals("error"))
                .tokenDistances(options.text("distance").equals("token"))
                .draw(Draw.valueOf(options.text("draw").toUpperCase(Locale.ROOT)))
                .token0WhereEmpty(options.text("empty").equals("token0"))
                .build();
    }
}
