package org.clusca.cli;

import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.Compute;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;

/** A policy, how it holds what it keeps, and in which numbers is computed. */
record CacheChoice(CachePolicy policy, CachePrecision precision, Compute compute) {
    /** Fills in a request. */
    Request.Builder apply(Request.Builder request) {
        return request.policy(policy).cachePrecision(precision).compute(compute);
    }

    /** The policy and, where it is not the usual one, the type of computing. */
    String tag() {
        return compute.marked(policy.tag());
    }

    /** The same for names of files, the policy without its parameters. */
    String name() {
        return compute.marked(policy.tag().split(":")[0]).replaceAll("[ :=]", "-");
    }
}
