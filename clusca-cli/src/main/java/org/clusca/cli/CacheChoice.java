package org.clusca.cli;

import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;

/** A policy and how it holds what it keeps. */
record CacheChoice(CachePolicy policy, CachePrecision precision) {
    /** Fills in a request. */
    Request.Builder apply(Request.Builder request) {
        return request.policy(policy).cachePrecision(precision);
    }

    /** The name of the policy without its parameters. */
    String name() {
        return policy.tag().split(":")[0];
    }
}
