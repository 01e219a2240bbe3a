package org.clusca.model.dit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.ProgressListener;
import org.clusca.testing.RecordedSteps;

/**
 * Looks on while a run is replayed: what the network gave, what its last block hid, what was done.
 */
final class ReplayRecorder {
    /** What a step did. */
    record Step(String kind, StepPlan plan, Optional<Clustering> clustering) {}

    final List<Step> steps = new ArrayList<>();

    /** Network outputs as the sampler takes them, by step. */
    final List<Tensor> outputs = new ArrayList<>();

    /** What was measured at a step, by step. */
    final Map<Integer, Readings> readings = new HashMap<>();

    /** What steps were decided by, by step. */
    final Map<Integer, Judgement> judgements = new HashMap<>();

    /** Hidden state after the last block, by step. */
    final Map<Integer, Tensor> hidden = new HashMap<>();

    void onStep(ProgressListener.Progress progress) {
        steps.add(
                new Step(
                        progress.step().kind().toString(), progress.plan(), progress.clustering()));
    }

    Scheduler watch(Scheduler scheduler) {
        return RecordedSteps.watch(scheduler, outputs);
    }

    /** By which everything that was measured was measured. */
    Norm norm() {
        return readings.values().stream()
                .flatMap(shown -> shown.values().keySet().stream())
                .findFirst()
                .orElseThrow()
                .norm();
    }

    /** The same policy, observed at every step. */
    CachePolicy watch(CachePolicy policy) {
        return new CachePolicy() {
            @Override
            public String tag() {
                return policy.tag();
            }

            @Override
            public Requirements requirements() {
                return policy.requirements().toBuilder().hidden().build();
            }

            @Override
            public Requirements requirements(List<Branch> branches) {
                return policy.requirements(branches).toBuilder().hidden().build();
            }

            @Override
            public CacheSession open(GenerationContext context) {
                return new Watched(policy.open(context));
            }
        };
    }

    private final class Watched implements CacheSession {
        private final CacheSession session;
        private boolean wanted;

        Watched(CacheSession session) {
            this.session = session;
        }

        @Override
        public StepPlan plan(StepContext step) {
            StepPlan plan = session.plan(step);
            wanted = plan.observe();
            return new StepPlan(plan.actions(), !plan.skipsTrunk(), plan.forecasts());
        }

        @Override
        public void observe(Observation observation) {
            hidden.put(observation.index(), copy(observation.hidden()));
            if (wanted) {
                session.observe(observation);
            }
        }

        @Override
        public Optional<StepPlan> redo(StepContext step, StepPlan plan, Readings shown) {
            readings.put(step.index(), shown);
            session.judgement().ifPresent(judged -> judgements.put(step.index(), judged));
            return session.redo(step, plan, shown);
        }

        @Override
        public Optional<Judgement> judgement() {
            return session.judgement();
        }

        @Override
        public Optional<Clustering> clustering() {
            return session.clustering();
        }
    }

    private static Tensor copy(Tensor tensor) {
        return Tensor.of(tensor.toArray(), tensor.shape());
    }
}
