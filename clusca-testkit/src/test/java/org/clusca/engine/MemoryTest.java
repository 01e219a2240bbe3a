package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import org.clusca.api.ErrorCode;
import org.clusca.onnx.OnnxEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that the machine cannot hold is refused before anything is allocated. */
final class MemoryTest {
    @ParameterizedTest
    @ValueSource(ints = {10_000_000, Integer.MAX_VALUE})
    void tooManyPictures(int count) {
        int sessions = OnnxEnvironment.openSessions();
        try (Pipeline pipeline = Toys.open()) {
            assertRefused(
                    ErrorCode.OUT_OF_MEMORY,
                    () ->
                            pipeline.generate(
                                    Toys.request("taylorseer:order=8")
                                            .conditions("circle", "star")
                                            .count(count)
                                            .build()),
                    2L * count + " images",
                    "taylorseer:",
                    "order=8",
                    "GiB",
                    "fewer images");
            assertThat(OnnxEnvironment.openSessions()).isEqualTo(sessions);
        }
    }

    @Test
    void theReportTellsWhatTheCacheTook() {
        try (Pipeline pipeline = Toys.open()) {
            // 4 branches of 16 tokens of 8 floats, two buffers, orders 0 to 2, two rows
            assertThat(
                            pipeline.generate(Toys.request("taylorseer:order=2").build())
                                    .report()
                                    .cacheBytes())
                    .isEqualTo(4L * 16 * 8 * 4 * 2 * 3 * 2);
            assertThat(pipeline.generate(Toys.request("none").build()).report().cacheBytes())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "taylorseer:interval=2,order=1",
                "clusca:interval=2,clusters=8",
                "output:interval=2,order=1"
            })
    void whatIsPlannedForTheCacheIsWhatItTakes(String policy) {
        try (Pipeline pipeline = Toys.open()) {
            Request request = Toys.request(policy).count(2).build();
            assertThat(pipeline.generate(request).report().cacheBytes())
                    .isEqualTo(pipeline.plan(request).features());
        }
    }
}
