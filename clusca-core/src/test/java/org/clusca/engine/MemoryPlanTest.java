package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.List;
import org.clusca.api.Advice;
import org.clusca.api.ErrorCode;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.policy.ClusCa;
import org.clusca.policy.Pace;
import org.clusca.policy.TaylorSeer;
import org.junit.jupiter.api.Test;

/** What is refused before anything is loaded, and what the error says. */
class MemoryPlanTest {
    private static final long G = 1L << 30;

    private static Request request(int images, int order) {
        return Request.builder()
                .conditions("fox")
                .count(images)
                .policy(ClusCa.builder().order(order).build())
                .build();
    }

    private static void refused(
            MemoryPlan plan, Request request, long available, Object... expected) {
        assertRefused(
                ErrorCode.OUT_OF_MEMORY,
                () -> plan.require(request, WeightFormats.FLOAT32, available),
                expected);
    }

    @Test
    void encodersComeAndGoBeforeTheRest() {
        MemoryPlan plan = new MemoryPlan(10 * G, 18 * G, 4 * G, 3 * G, G);

        assertThat(plan.least()).isEqualTo(18 * G);
        assertThat(new MemoryPlan(10 * G, 2 * G, 4 * G, 3 * G, G).least()).isEqualTo(17 * G);
        assertThat(new MemoryPlan(10 * G, 2 * G, G, 3 * G, 4 * G).least()).isEqualTo(17 * G);
        assertThatCode(() -> plan.require(request(1, 1), WeightFormats.FLOAT32, 18 * G))
                .doesNotThrowAnyException();
        refused(plan, request(1, 1), 18 * G - 1, "18.0 GiB encoders", "18.0 GiB are free");
    }

    @Test
    void partsAreNamedFromTheLargest() {
        assertThat(new MemoryPlan(10 * G, 0, 4 * G, 16 * G, G).parts())
                .isEqualTo(
                        "16.0 GiB feature cache, 10.0 GiB weights, 4.0 GiB activations,"
                                + " 1.0 GiB decoding");
    }

    @Test
    void refusalsSayWhatHelps() {
        refused(
                new MemoryPlan(10 * G, 0, 4 * G, 16 * G, G),
                request(2, 1),
                20 * G,
                "Generating 2 images with policy clusca:",
                "needs about 30.0 GiB (16.0 GiB feature cache, 10.0 GiB weights",
                "20.0 GiB are free. What helps: generate fewer images at once, choose",
                "keeps one hidden state or free memory.");
    }

    @Test
    void adviceFitsWhatIsLargest() {
        MemoryPlan features = new MemoryPlan(10 * G, 0, 4 * G, 16 * G, G);
        assertThat(advice(features, request(2, 1)))
                .containsExactly(
                        Advice.FEWER_IMAGES,
                        Advice.SMALLER_SIZE,
                        Advice.CACHE_IN_16_BITS,
                        Advice.LOWER_ORDER,
                        Advice.ONE_HIDDEN_STATE,
                        Advice.FREE_MEMORY);
        assertThat(advice(features, request(1, 0)))
                .doesNotContain(Advice.FEWER_IMAGES, Advice.LOWER_ORDER);
        Request halved =
                Request.builder()
                        .conditions("fox")
                        .policy(new TaylorSeer(Pace.regular(5, 2), 1, TaylorSeer.Keep.LAST))
                        .cachePrecision(CachePrecision.BFLOAT16)
                        .build();
        assertThat(advice(features, halved))
                .containsExactly(Advice.SMALLER_SIZE, Advice.FREE_MEMORY);

        MemoryPlan weights = new MemoryPlan(44 * G, 0, 4 * G, G, G);
        assertThat(advice(weights, request(1, 1)))
                .containsExactly(Advice.WEIGHTS_IN_8_BITS, Advice.FREE_MEMORY);
        assertThat(advice(weights, request(2, 1))).contains(Advice.FEWER_IMAGES);
        assertThat(weights.advice(request(1, 1), WeightFormats.all(WeightFormat.INT8)))
                .containsExactly(Advice.WEIGHTS_IN_4_BITS, Advice.FREE_MEMORY);
        assertThat(weights.advice(request(1, 1), WeightFormats.all(WeightFormat.INT4)))
                .doesNotContain(Advice.WEIGHTS_IN_8_BITS, Advice.WEIGHTS_IN_4_BITS)
                .contains(Advice.SMALLER_SIZE);

        MemoryPlan activations = new MemoryPlan(G, 0, 24 * G, 2 * G, G);
        assertThat(advice(activations, request(1, 1)))
                .containsExactly(Advice.SMALLER_SIZE, Advice.FREE_MEMORY);
    }

    private static List<Advice> advice(MemoryPlan plan, Request request) {
        return plan.advice(request, WeightFormats.FLOAT32);
    }
}
