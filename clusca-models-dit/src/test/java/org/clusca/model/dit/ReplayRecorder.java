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
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.cluster.Clustering;
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
        public Optional<Clustering> clustering() {
            return session.clustering();
        }
    }

    private static Tensor copy(Tensor tensor) {
        return Tensor.of(tensor.toArray(), tensor.shape());
    }
}
