package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/** Makes {@link DuCa} from a tag. */
public final class DuCaFactory implements CachePolicyFactory {
    @Override
    public String name() {
        return DuCa.NAME;
    }

    @Override
    public String description() {
        return "alternates ToCa's cached steps with steps that skip the network's trunk";
    }

    @Override
    public String source() {
        return "DuCa, arXiv 2412.18911";
    }

    @Override
    public List<Parameter> parameters() {
        return DuCa.PARAMETERS;
    }

    @Override
    public Map<String, String> published(String family) {
        return switch (family) {
            // FLUX.1-dev, 1024x1024, 50 steps
            case "flux" ->
                    Map.of(
                            "interval", "5",
                            "ratio", "0.1",
                            "schedule", "flux",
                            "bonus", "0",
                            "full", "regular",
                            "first", "3",
                            "divisor", "27",
                            "aggressive", "odd");
            // 65 frames of 480x640, 50 steps
            case "hunyuan-video" -> TokenCaching.HUNYUAN_VIDEO;
            default -> Map.of();
        };
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new DuCa(options.values());
    }
}
