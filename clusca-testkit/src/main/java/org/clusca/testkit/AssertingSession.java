package org.clusca.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;

/** Checks the order of the calls of one generation; {@link PlanCheck} what is planned. */
final class AssertingSession implements CacheSession {
    private final String tag;
    private final Requirements requirements;
    private final GenerationContext context;
    private final CacheSession delegate;
    private final PlanCheck check;
    private final Thread owner = Thread.currentThread();
    private int next;
    private boolean awaitsObservation;

    AssertingSession(
            String tag,
            Requirements requirements,
            GenerationContext context,
            CacheSession delegate) {
        this.tag = tag;
        this.requirements = requirements;
        this.context = context;
        this.delegate = delegate;
        check = new PlanCheck(tag, requirements, context);
    }

    @Override
    public StepPlan plan(StepContext step) {
        requireOwner();
        if (next == context.steps()) {
            throw caller("asked for a plan after the last of " + next + " steps");
        }
        if (step.index() != next || step.steps() != context.steps()) {
            throw caller(
                    "asked for step "
                            + step.index()
                            + " of "
                            + step.steps()
                            + ", but step "
                            + next
                            + " of "
                            + context.steps()
                            + " is next");
        }
        if (awaitsObservation) {
            throw caller("went on to step " + next + " without the observation that was asked for");
        }
        StepPlan plan = delegate.plan(step);
        check.check(plan, next);
        if (plan.observe() && !requirements.hidden()) {
            throw new AssertionError(
                    "Policy "
                            + tag
                            + " asks to observe step "
                            + next
                            + ", but its requirements do not declare the hidden state.");
        }
        awaitsObservation = plan.observe();
        next++;
        return plan;
    }

    @Override
    public void observe(Observation observation) {
        requireOwner();
        if (!awaitsObservation) {
            throw caller("showed an observation that was not asked for");
        }
        if (observation.index() != next - 1) {
            throw caller("showed step " + observation.index() + " in place of step " + (next - 1));
        }
        List<Branch> branches = context.branches();
        Branch last = branches.get(branches.size() - 1);
        int[] expected = {context.batch(), last.tokens(), last.width()};
        if (!Arrays.equals(observation.hidden().shape(), expected)) {
            throw caller(
                    "showed a hidden state of shape "
                            + Arrays.toString(observation.hidden().shape())
                            + ", expected "
                            + Arrays.toString(expected));
        }
        awaitsObservation = false;
        float[] before = observation.hidden().toArray();
        delegate.observe(observation);
        if (!Arrays.equals(observation.hidden().toArray(), before)) {
            throw new AssertionError("Policy " + tag + " wrote to the hidden state it was shown.");
        }
    }

    @Override
    public Optional<Clustering> clustering() {
        requireOwner();
        Optional<Clustering> clustering = delegate.clustering();
        clustering.ifPresent(
                found -> {
                    if (found.labels().length != context.batch()) {
                        throw new AssertionError(
                                "Policy "
                                        + tag
                                        + " shows clusters of "
                                        + found.labels().length
                                        + " rows, the batch has "
                                        + context.batch()
                                        + ".");
                    }
                });
        return clustering;
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw caller(
                    "used the session of thread "
                            + owner.getName()
                            + " from thread "
                            + Thread.currentThread().getName());
        }
    }

    private AssertionError caller(String what) {
        return new AssertionError("The caller of policy " + tag + " " + what + ".");
    }
}
