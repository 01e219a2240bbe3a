package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/** Makes {@link ToCa} from a tag. */
public final class ToCaFactory implements CachePolicyFactory {
    @Override
    public String name() {
        return ToCa.NAME;
    }

    @Override
    public String description() {
        return "computes the tokens that matter most and reuses the rest between full steps";
    }

    @Override
    public String source() {
        return "ToCa, arXiv 2410.05317";
    }

    @Override
    public List<Parameter> parameters() {
        return ToCa.PARAMETERS;
    }

    @Override
    public Map<String, String> published(String family) {
        return switch (family) {
            // FLUX.1-dev, 1024x1024, 50 steps
            case "flux" ->
                    Map.of(
                            "interval", "6",
                            "ratio", "0.1",
                            "schedule", "flux",
                            "staleness", "0.25",
                            "bonus", "0",
                            "full", "regular",
                            "first", "3",
                            "divisor", "27");
            // 65 frames of 480x640, 50 steps
            case "hunyuan-video" -> TokenCaching.HUNYUAN_VIDEO;
            default -> Map.of();
        };
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new ToCa(options.values());
    }
}
