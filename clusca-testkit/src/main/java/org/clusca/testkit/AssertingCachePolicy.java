package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.CalibratedOn;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;
import org.clusca.api.model.Branch;

/**
 * A policy that delegates to another and checks the protocol between it and its caller: plans are
 * asked for once per step, in order, by one thread; observations come when they were asked for;
 * every branch has an action that its kind, its history and the policy's requirements allow. A
 * breach is an {@link AssertionError} that says who is at fault, the policy or its caller.
 */
public final class AssertingCachePolicy implements CachePolicy {
    private final CachePolicy delegate;
    private final Requirements requirements;
    private final Map<List<Branch>, Requirements> byNetwork = new ConcurrentHashMap<>();

    private AssertingCachePolicy(CachePolicy delegate) {
        this.delegate = requireNonNull(delegate, "delegate is null");
        this.requirements = requireNonNull(delegate.requirements(), "requirements are null");
    }

    public static AssertingCachePolicy of(CachePolicy delegate) {
        return new AssertingCachePolicy(delegate);
    }

    @Override
    public String tag() {
        return delegate.tag();
    }

    @Override
    public Requirements requirements() {
        return unchanged(requirements, delegate.requirements());
    }

    @Override
    public Requirements requirements(List<Branch> branches) {
        return unchanged(
                byNetwork.computeIfAbsent(branches, delegate::requirements),
                delegate.requirements(branches));
    }

    @Override
    public Optional<CalibratedOn> calibratedOn() {
        return delegate.calibratedOn();
    }

    private Requirements unchanged(Requirements before, Requirements after) {
        if (!before.equals(after)) {
            throw new AssertionError(
                    "Policy "
                            + tag()
                            + " changed its requirements from "
                            + before
                            + " to "
                            + after
                            + "; a policy is a value.");
        }
        return before;
    }

    @Override
    public CacheSession open(GenerationContext context) {
        CacheSession session = delegate.open(context);
        if (session == null) {
            throw new AssertionError("Policy " + tag() + " opened no session.");
        }
        return new AssertingSession(this, context, session);
    }
}
