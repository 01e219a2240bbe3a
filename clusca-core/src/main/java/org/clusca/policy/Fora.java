package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/**
 * FORA: at most steps every branch's last output is used again as it is. A step is full when it is
 * the first, or when its number, counted down to 0, is a multiple of the interval. Source: arXiv
 * 2407.01425.
 */
public record Fora(int interval) implements Composed {
    private static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.whole(
                            "interval",
                            3,
                            1,
                            1000,
                            "A full step at every multiple of it, counted down to 0."));

    public Fora {
        Options.resolve("policy fora", PARAMETERS, Map.of("interval", Integer.toString(interval)));
    }

    @Override
    public String tag() {
        return "fora:interval=" + interval;
    }

    @Override
    public Composition composition() {
        return Composition.when(When.countdown(interval))
                .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                .build();
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return "fora";
        }

        @Override
        public String description() {
            return "reuses every branch's last output between full steps";
        }

        @Override
        public String source() {
            return "FORA, arXiv 2407.01425";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Map<String, String> published(String family) {
            return switch (family) {
                // FLUX.1-dev, 1024x1024, 50 steps
                case "flux" -> Map.of("interval", "3");
                // 65 frames of 480x640, 50 steps
                case "hunyuan-video" -> Map.of("interval", "5");
                default -> Map.of();
            };
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new Fora(options.whole("interval"));
        }
    }
}
