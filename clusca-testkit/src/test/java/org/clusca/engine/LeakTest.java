package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.policy.ClusCa;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Native objects are all closed, however a generation ends. */
final class LeakTest {
    private int sessions;
    private long tensors;

    @BeforeEach
    void count() {
        sessions = OnnxEnvironment.openSessions();
        tensors = OnnxEnvironment.openTensors();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(OnnxEnvironment.openSessions()).isEqualTo(sessions);
        assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
    }

    @Test
    void theCountsCount() {
        Pipeline pipeline = Toys.open();
        try (pipeline) {
            assertThat(OnnxEnvironment.openSessions()).isEqualTo(sessions);
            pipeline.generate(
                    Toys.request("clusca:clusters=8")
                            .decode(true)
                            .listener(
                                    progress ->
                                            assertThat(OnnxEnvironment.openTensors())
                                                    .isGreaterThan(tensors))
                            .build());
            // trunk, modulation and autoencoder stay until the pipeline is closed
            assertThat(OnnxEnvironment.openSessions()).isEqualTo(sessions + 3);
            assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
        }
    }

    @Test
    void everyPolicy() {
        try (Pipeline pipeline = Toys.open()) {
            for (String policy :
                    new String[] {
                        "none",
                        "fora",
                        "taylorseer:order=3",
                        "clusca:clusters=8",
                        "clusca:clusters=8,order=3"
                    }) {
                pipeline.generate(Toys.request(policy).decode(true).build());
            }
        }
    }

    @Test
    void preparedAndNeverUsed() {
        try (Pipeline pipeline = Toys.open()) {
            pipeline.prepare(Toys.request("clusca:clusters=8").decode(true).build());
        }
    }

    @Test
    void theListenerThrows() {
        try (Pipeline pipeline = Toys.open()) {
            Request request =
                    Toys.request("clusca:clusters=8")
                            .listener(
                                    progress -> {
                                        throw new IllegalStateException("the browser has gone");
                                    })
                            .build();
            assertThatThrownBy(() -> pipeline.generate(request))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the browser has gone");
        }
    }

    /** Fails when asked. */
    private record FailingClusterer() implements Clusterer {
        @Override
        public String tag() {
            return "failing";
        }

        @Override
        public Clustering cluster(ClusteringRequest request) {
            throw new IllegalStateException("cannot cluster");
        }
    }

    @Test
    void theClustererThrows() {
        try (Pipeline pipeline = Toys.open()) {
            Request request =
                    Toys.request("none")
                            .policy(
                                    ClusCa.builder()
                                            .clusters(8)
                                            .clusterer(new FailingClusterer())
                                            .build())
                            .build();
            assertThatThrownBy(() -> pipeline.generate(request)).hasMessage("cannot cluster");
        }
    }

    @Test
    void theNumbersOverflow() {
        Tensor huge = Tensor.zeros(1, 2, 4, 4);
        huge.data().put(0, Float.MAX_VALUE);
        huge.data().put(1, Float.MAX_VALUE);
        huge.data().put(16, Float.MAX_VALUE);
        try (Pipeline pipeline = Toys.open()) {
            assertRefused(
                    ErrorCode.NOT_FINITE,
                    () ->
                            pipeline.generate(
                                    Toys.request("clusca:clusters=8").initialLatents(huge).build()),
                    "not finite at step 0",
                    "all weights are finite");
        }
    }

    @Test
    void cancelled() {
        Cancellation cancellation = new Cancellation();
        try (Pipeline pipeline = Toys.open()) {
            Request request =
                    Toys.request("clusca:clusters=8")
                            .cancellation(cancellation)
                            .listener(progress -> cancellation.cancel())
                            .build();
            assertRefused(ErrorCode.CANCELLED, () -> pipeline.generate(request), "step 1");
        }
    }
}
