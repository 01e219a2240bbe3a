package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.clusca.testing.Refusals.assertRefused;

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
                () -> plan.require(request, WeightFormat.FLOAT32, available),
                expected);
    }

    @Test
    void encodersComeAndGoBeforeTheRest() {
        MemoryPlan plan = new MemoryPlan(10 * G, 18 * G, 4 * G, 3 * G, G);

        assertThat(plan.least()).isEqualTo(18 * G);
        assertThat(new MemoryPlan(10 * G, 2 * G, 4 * G, 3 * G, G).least()).isEqualTo(17 * G);
        assertThat(new MemoryPlan(10 * G, 2 * G, G, 3 * G, 4 * G).least()).isEqualTo(17 * G);
        assertThatCode(() -> plan.require(request(1, 1), WeightFormat.FLOAT32, 18 * G))
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
    void adviceFitsWhatIsLargest() {
        MemoryPlan features = new MemoryPlan(10 * G, 0, 4 * G, 16 * G, G);
        refused(
                features,
                request(2, 1),
                20 * G,
                "Generating 2 images with policy clusca:",
                "needs about 30.0 GiB (16.0 GiB feature cache, 10.0 GiB weights",
                "fewer images",
                "smaller size",
                "--cache-type bf16",
                "lower order",
                "taylorseer:keep=last");
        refused(new MemoryPlan(44 * G, 0, 4 * G, G, G), request(1, 1), 20 * G, "--weights int8");

        assertThat(refusal(features, request(1, 0))).doesNotContain("fewer", "lower order");
        Request halved =
                Request.builder()
                        .conditions("fox")
                        .policy(new TaylorSeer(Pace.regular(5, 2), 1, TaylorSeer.Keep.LAST))
                        .cachePrecision(CachePrecision.BFLOAT16)
                        .build();
        assertThat(refusal(features, halved))
                .doesNotContain("--cache-type", "lower order", "keep=last)");
        assertThat(refusal(new MemoryPlan(44 * G, 0, 4 * G, G, G), request(1, 1)))
                .doesNotContain("--cache-type", "smaller size");
        assertThat(refusal(new MemoryPlan(G, 0, 24 * G, 2 * G, G), request(1, 1)))
                .contains("smaller size")
                .doesNotContain("--cache-type", "--weights");
    }

    private static String refusal(MemoryPlan plan, Request request) {
        try {
            plan.require(request, WeightFormat.FLOAT32, 20 * G);
        } catch (org.clusca.api.CluscaException e) {
            return e.getMessage();
        }
        throw new AssertionError("nothing was refused");
    }
}
