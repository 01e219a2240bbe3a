package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.NoCache;
import org.clusca.cluster.Consecutive;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.policy.Cached;
import org.clusca.policy.Composition;
import org.clusca.policy.Hermite;
import org.clusca.policy.Merging;
import org.clusca.policy.OnePerCluster;
import org.clusca.policy.Taylor;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Computed tokens that correct the forecast, on the toy model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CorrectingTest {
    private static final Merging DISTANCES = new Merging.Propagate(0, false, true);
    private static final Taylor LINE = new Taylor(1);

    private Pipeline pipeline;
    private int tokens;

    @BeforeAll
    void open() {
        pipeline = Clusca.create().open(ToyModel.create(), 0);
        tokens = pipeline.spec(request(NoCache.INSTANCE)).branches().get(0).tokens();
    }

    @AfterAll
    void close() {
        pipeline.close();
    }

    private static Request request(CachePolicy policy) {
        return request(policy, 9);
    }

    private static Request request(CachePolicy policy, int steps) {
        return Request.builder()
                .conditions(ToyModel.CLASSES.get(0))
                .steps(steps)
                .seed(5)
                .guidance(2)
                .policy(policy)
                .decode(false)
                .build();
    }

    private double distance(CachePolicy policy) {
        Tensor exact = pipeline.generate(request(NoCache.INSTANCE)).latents();
        return Checks.relativeError(pipeline.generate(request(policy)).latents(), exact);
    }

    /** Attention is computed; of the MLPs one token of each cluster. */
    private static CachePolicy correcting(int clusters, Merging merging, Forecast forecast) {
        return correcting(When.every(3, 1), clusters, merging, forecast);
    }

    private static CachePolicy correcting(
            When when, int clusters, Merging merging, Forecast forecast) {
        return AssertingCachePolicy.of(
                Composition.when(when)
                        .rule(Where.everywhere(), Cached.compute())
                        .rule(
                                Where.mlp(),
                                Cached.refresh(
                                        new OnePerCluster(clusters, new Consecutive()),
                                        merging,
                                        forecast))
                        .build());
    }

    @Test
    void whatIsComputedIsExactWhateverTheForecast() {
        for (Forecast forecast :
                new Forecast[] {new Taylor(0), new Taylor(2), new Hermite(1, 0.7)}) {
            assertThat(distance(correcting(tokens, Merging.correct(0), forecast)))
                    .as("every token is computed, forecast by %s", forecast)
                    .isLessThan(1e-5);
        }
        // by value, the slope is added to what is current already
        assertThat(distance(correcting(tokens, Merging.replace(), new Taylor(2))))
                .isGreaterThan(1e-4);
    }

    @Test
    void othersMoveByTheRatio() {
        double alone = distance(correcting(2, Merging.correct(0), new Taylor(1)));
        double little = distance(correcting(2, Merging.correct(0.1), new Taylor(1)));

        assertThat(alone).isGreaterThan(1e-4);
        assertThat(little).isNotEqualTo(alone);
    }

    @Test
    void differencesAreTakenOverTheStepsSinceATokenWasComputed() {
        // step 1 computes every token, with no slope as yet: as a full step does, but for
        // differences
        When gap = When.steps(0, 2);
        Tensor all =
                pipeline.generate(
                                request(
                                        correcting(
                                                When.steps(0, 1, 2),
                                                tokens,
                                                Merging.propagate(0),
                                                LINE),
                                        8))
                        .latents();

        assertThat(error(correcting(gap, tokens, DISTANCES, LINE), all)).isLessThan(1e-5);
        assertThat(error(correcting(gap, tokens, Merging.propagate(0), LINE), all))
                .isGreaterThan(1e-4);
    }

    private double error(CachePolicy policy, Tensor exact) {
        return Checks.relativeError(pipeline.generate(request(policy, 8)).latents(), exact);
    }
}
