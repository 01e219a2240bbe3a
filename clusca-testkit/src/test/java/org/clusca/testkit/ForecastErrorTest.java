package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.Test;

/** What a forecast of a branch would have been off by at a full step, token by token. */
final class ForecastErrorTest {
    private static final int MLP = 1;

    /** All steps are full; keeps what the first MLP shows. */
    private record Looking(int order, List<float[]> seen) implements CachePolicy {
        @Override
        public String tag() {
            return "looking";
        }

        @Override
        public Requirements requirements() {
            return Requirements.builder()
                    .order(order)
                    .signals(Set.of(Signal.FORECAST_ERROR))
                    .build();
        }

        @Override
        public CacheSession open(GenerationContext context) {
            return new CacheSession() {
                @Override
                public StepPlan plan(StepContext step) {
                    return new StepPlan(
                            context.branches().stream()
                                    .<Action>map(branch -> new Action.Compute(false))
                                    .toList(),
                            true);
                }

                @Override
                public void observe(Observation observation) {
                    Tensor shown = observation.signals().get(Signal.FORECAST_ERROR).get(MLP);
                    float[] values = new float[shown.size()];
                    shown.data().get(0, values);
                    seen.add(values);
                }
            };
        }
    }

    @Test
    void ofOrder1ItIsTheChangeOfWhatItIsOfOrder0() {
        List<float[]> changes = new ArrayList<>();
        List<float[]> bends = new ArrayList<>();
        try (Pipeline pipeline = Clusca.create().open(ToyModel.create(), 0)) {
            pipeline.generate(request(new Looking(0, changes)));
            pipeline.generate(request(new Looking(1, bends)));
        }

        double most = 0;
        for (int step = 2; step < changes.size(); step++) {
            for (int token = 0; token < changes.get(step).length; token++) {
                float change = changes.get(step)[token];
                float before = changes.get(step - 1)[token];
                // |a - b| lies between the difference and the sum of |a| and |b|
                assertThat(bends.get(step)[token])
                        .isBetween(
                                0.999f * Math.abs(change - before) - 1e-6f,
                                1.001f * (change + before) + 1e-6f);
                most = Math.max(most, bends.get(step)[token]);
            }
        }
        assertThat(most).isPositive();
    }

    private static Request request(CachePolicy policy) {
        return Request.builder()
                .conditions(ToyModel.CLASSES.get(0))
                .steps(6)
                .seed(3)
                .policy(policy)
                .decode(false)
                .build();
    }
}
