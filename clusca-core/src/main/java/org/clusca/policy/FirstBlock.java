package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Place;
import org.clusca.api.cluster.Clusterer;

/**
 * First-block cache: the first block is computed at every step, and when what it adds differs
 * little from what it added at the last full step, what the other blocks added then is used again.
 * With more leading blocks, last blocks that are computed too, leading full steps and a bound on
 * cached steps in a row it is DBCache. Source: ParaAttention's first block cache; cache-dit.
 */
public final class FirstBlock implements Composed {
    private static final String NAME = "fbcache";

    private static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.real(
                            "threshold",
                            0.08,
                            0,
                            1e6,
                            "Relative change at which a step is full; 0 for every step."),
                    Parameter.whole(
                            "blocks", 1, 1, 1000, "Leading blocks, computed at every step."),
                    Parameter.whole("last", 0, 0, 1000, "Last blocks, computed at every step."),
                    Parameter.whole("first", 1, 1, 1000, "Leading steps that are always full."),
                    Parameter.whole("final", 0, 0, 1000, "Last steps that are always full."),
                    Parameter.whole("max", 1000, 1, 1000, "Most cached steps in a row."));

    private final Options options;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @throws CluscaException INVALID_PARAMETER for what is out of range
     */
    public FirstBlock(Map<String, String> given) {
        options = Options.resolve("policy " + NAME, PARAMETERS, given);
    }

    @Override
    public String tag() {
        return PolicyTag.of(NAME, PARAMETERS, options, 1);
    }

    @Override
    public Composition composition() {
        Gauge change = new Gauge.ResidualChange(options.whole("blocks"), Norm.RELATIVE_L1);
        return Composition.when(
                        When.changed(change, options.real("threshold"))
                                .andFirst(options.whole("first"))
                                .andLast(options.whole("final"))
                                .andAfter(options.whole("max")))
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(this::between, steps -> step -> true, Cached.reuse())
                .build();
    }

    /** What is not computed at every step. */
    private Place between(int blocks) {
        int leading = options.whole("blocks");
        int last = options.whole("last");
        if (leading + last >= blocks) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Policy "
                            + tag()
                            + " computes "
                            + leading
                            + " leading and "
                            + last
                            + " last blocks at every step, and the network has "
                            + blocks
                            + ": nothing is left to use again. Lower blocks or last.");
        }
        return new Place.Blocks(leading, blocks - last);
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "skips the other blocks while what the first one adds changes little";
        }

        @Override
        public String source() {
            return "First Block Cache of ParaAttention; DBCache of cache-dit";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Map<String, String> published(String family) {
            return family.equals("hunyuan-video") ? Map.of("threshold", "0.06") : Map.of();
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new FirstBlock(options.values());
        }
    }
}
