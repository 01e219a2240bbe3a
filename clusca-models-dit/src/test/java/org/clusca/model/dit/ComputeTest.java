package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Compute;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.WeightFormat;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.RemoteDevice;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are computed in 8-bit whole numbers, against float32. */
final class ComputeTest {
    private static final Clusca CLUSCA = Clusca.create();
    private static final String CLUSTERS = "clusca:interval=3,clusters=8";

    private static Generated generate(Pipeline pipeline, String policy, Compute compute) {
        return pipeline.generate(TinyDit.request(policy).compute(compute).build());
    }

    /**
     * Weights and what they meet are rounded to about 1 % of a layer's output; after two or more
     * blocks and six steps, guidance of 1.5 included, a few are left.
     */
    @ParameterizedTest
    @ValueSource(strings = {"none", "fora:interval=2", "toca", "duca", CLUSTERS})
    void latentsAreOffByAFewPercent(String policy) {
        try (Pipeline pipeline = TinyDit.open()) {
            double error =
                    Golden.relativeError(
                            generate(pipeline, policy, Compute.int8(0)).latents(),
                            generate(pipeline, policy, Compute.FLOAT32).latents());

            assertThat(error).isBetween(1e-4, 0.05);
        }
    }

    @Test
    void keptBlocksStayInFloat32() {
        try (Pipeline pipeline = TinyDit.open()) {
            Generated whole = generate(pipeline, CLUSTERS, Compute.FLOAT32);
            int blocks =
                    1
                            + pipeline.model().transformer().spec().branches().stream()
                                    .mapToInt(branch -> branch.id().block())
                                    .max()
                                    .orElseThrow();

            TinyDit.assertSameBits(
                    "all kept", generate(pipeline, CLUSTERS, Compute.int8(blocks)), whole);
            assertThat(
                            Golden.relativeError(
                                    generate(pipeline, CLUSTERS, Compute.int8(1)).latents(),
                                    whole.latents()))
                    .isLessThan(
                            Golden.relativeError(
                                    generate(pipeline, CLUSTERS, Compute.int8(0)).latents(),
                                    whole.latents()));
        }
    }

    /** A layer's 1 %, of tokens that are computed at cached steps alone. */
    @ParameterizedTest
    @CsvSource({"'clusca:interval=3,clusters=8', 5e-3", "'clusca:interval=6,clusters=64', 1e-2"})
    void tokensAloneCostLess(String policy, double tolerance) {
        try (Pipeline pipeline = TinyDit.open()) {
            double error =
                    Golden.relativeError(
                            generate(pipeline, policy, Compute.TOKENS_INT8).latents(),
                            generate(pipeline, policy, Compute.FLOAT32).latents());

            assertThat(error).isBetween(1e-6, tolerance);
        }
    }

    /** Full steps, predictions and policies that choose no tokens are what they were. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "taylorseer:interval=2", "clusca:interval=1"})
    void withoutTokensNothingIsRounded(String policy) {
        try (Pipeline pipeline = TinyDit.open()) {
            TinyDit.assertSameBits(
                    policy,
                    generate(pipeline, policy, Compute.TOKENS_INT8),
                    generate(pipeline, policy, Compute.FLOAT32));
        }
    }

    @Test
    void memoryCountsThem() {
        try (Pipeline pipeline = TinyDit.open()) {
            long whole = weights(pipeline, CLUSTERS, Compute.FLOAT32);

            assertThat(weights(pipeline, CLUSTERS, Compute.int8(0))).isLessThan(whole);
            assertThat(weights(pipeline, CLUSTERS, Compute.TOKENS_INT8)).isGreaterThan(whole);
            assertThat(weights(pipeline, "none", Compute.TOKENS_INT8)).isEqualTo(whole);
        }
    }

    private static long weights(Pipeline pipeline, String policy, Compute compute) {
        return pipeline.plan(TinyDit.request(policy).compute(compute).build()).weights();
    }

    @Test
    void theReportNamesItAndMakesItAgain() {
        try (Pipeline pipeline = TinyDit.open()) {
            Generated first = generate(pipeline, CLUSTERS, Compute.int8(0));
            Request again =
                    CLUSCA.request(first.report().provenance())
                            .keepLatents(true)
                            .decode(false)
                            .build();

            assertThat(again.compute()).isEqualTo(Compute.int8(0));
            TinyDit.assertSameBits("again", pipeline.generate(again), first);
        }
    }

    @Test
    void devicesWithoutItRefuse() {
        for (Compute compute : new Compute[] {Compute.INT8, Compute.TOKENS_INT8}) {
            try (Pipeline half = TinyDit.open(new CpuDevice(0, ElementType.FLOAT16));
                    Pipeline remote = TinyDit.open(new RemoteDevice())) {
                assertRefused(
                        ErrorCode.INCOMPATIBLE,
                        () -> generate(half, "none", compute),
                        "8-bit whole numbers",
                        "compute in FLOAT16");
                assertRefused(
                        ErrorCode.INCOMPATIBLE,
                        () -> generate(remote, "none", compute),
                        "8-bit whole numbers",
                        "no kernels");
            }
        }
    }

    @Test
    void fourBitsAreNotWidenedForIt() {
        try (Pipeline pipeline = CLUSCA.open(TinyDit.folder(), 0, WeightFormat.INT4)) {
            assertRefused(
                    ErrorCode.INCOMPATIBLE,
                    () -> generate(pipeline, "none", Compute.INT8),
                    "held in 4",
                    "leave one of the two out");
        }
    }
}
