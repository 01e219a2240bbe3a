package org.clusca.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.PlanCheck;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.jspecify.annotations.Nullable;

/** Checks the order of the calls of one generation; {@link PlanCheck} what is planned. */
final class AssertingSession implements CacheSession {
    private final String tag;
    private final Requirements requirements;
    private final GenerationContext context;
    private final CacheSession delegate;
    private final PlanCheck check;
    private final ReadingsCheck readings;
    private final Thread owner = Thread.currentThread();
    private int next;
    private boolean awaitsJudgement;
    private boolean awaitsObservation;
    private @Nullable StepContext begun;
    private @Nullable StepPlan planned;

    AssertingSession(CachePolicy policy, GenerationContext context, CacheSession delegate) {
        tag = policy.tag();
        requirements = policy.requirements(context.branches());
        this.context = context;
        this.delegate = delegate;
        check = new PlanCheck(policy, context);
        readings = new ReadingsCheck(policy, context);
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
        if (awaitsJudgement) {
            throw caller("went on to step " + next + " without having the one before judged");
        }
        if (awaitsObservation) {
            throw caller("went on to step " + next + " without the observation that was asked for");
        }
        if (begun != null && planned != null) {
            check.committed(begun, planned);
        }
        readings.ahead(step);
        StepPlan plan = delegate.plan(step);
        planned(step, plan);
        awaitsJudgement = !requirements.gauges().isEmpty();
        next++;
        return plan;
    }

    private void planned(StepContext step, StepPlan plan) {
        checked(step, plan);
        awaitsObservation = plan.observe();
        begun = step;
        planned = plan;
    }

    @Override
    public Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings shown) {
        requireOwner();
        if (!awaitsJudgement) {
            throw caller("had a step judged that was judged before, or that nobody measures");
        }
        if (!step.equals(begun) || !plan.equals(planned)) {
            throw caller("had another step judged than the one that was planned last");
        }
        awaitsJudgement = false;
        readings.judged(step, plan, shown);
        Optional<StepPlan> again = delegate.redo(step, plan, shown);
        again.ifPresent(second -> planned(step, second));
        return again;
    }

    private void checked(StepContext step, StepPlan plan) {
        try {
            check.check(step, plan);
        } catch (CluscaException e) {
            throw new AssertionError(e.getMessage(), e);
        }
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
        if (requirements.hidden()) {
            for (Branch branch : branches) {
                if (branch.id().kind() == BranchKind.MLP) {
                    shown(
                            "a hidden state of the stream " + branch.id().stream(),
                            observation.hidden(branch.id().stream()),
                            context.batch(),
                            branch.tokens(),
                            branch.width());
                }
            }
        }
        for (Signal signal : requirements.signals()) {
            Map<Integer, Tensor> found = observation.signals().getOrDefault(signal, Map.of());
            for (int i = 0; i < branches.size(); i++) {
                if (signal.shownBy(branches.get(i).id().kind()) && computed(i)) {
                    shown(
                            signal + " of " + branches.get(i).id(),
                            found.get(i),
                            context.batch(),
                            branches.get(i).tokens());
                }
            }
        }
        for (Place place : requirements.observed()) {
            Tensor found = observation.places().get(place);
            boolean computes = planned != null && planned.computes(place);
            if (found != null || computes) {
                List<Branch> like = branches.subList(0, 1);
                shown(
                        "what is computed of " + place,
                        found,
                        context.batch(),
                        computes && found != null ? found.dimension(1) : 0,
                        like.get(0).width());
            }
        }
        awaitsObservation = false;
        float[] before = observation.hidden().toArray();
        delegate.observe(observation);
        if (!Arrays.equals(observation.hidden().toArray(), before)) {
            throw new AssertionError("Policy " + tag + " wrote to the hidden state it was shown.");
        }
    }

    private boolean computed(int branch) {
        return planned != null && planned.actions().get(branch).full().isPresent();
    }

    private void shown(String what, @Nullable Tensor tensor, int... shape) {
        if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
            throw caller(
                    "showed "
                            + what
                            + " of shape "
                            + (tensor == null ? "nothing" : Arrays.toString(tensor.shape()))
                            + ", expected "
                            + Arrays.toString(shape));
        }
    }

    @Override
    public List<String> remarks() {
        requireOwner();
        return delegate.remarks();
    }

    @Override
    public Optional<Judgement> judgement() {
        requireOwner();
        return delegate.judgement();
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
