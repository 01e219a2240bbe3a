package org.clusca.policy;

import java.util.List;
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
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new DuCa(options.values());
    }
}
