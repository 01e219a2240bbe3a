package org.clusca.policy;

import java.util.List;
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
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new ToCa(options.values());
    }
}
