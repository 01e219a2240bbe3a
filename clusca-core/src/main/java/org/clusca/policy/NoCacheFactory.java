package org.clusca.policy;

import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cluster.Clusterer;

/** Gives {@link NoCache}. */
public final class NoCacheFactory implements CachePolicyFactory {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public String description() {
        return "computes everything at every step";
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return NoCache.INSTANCE;
    }
}
