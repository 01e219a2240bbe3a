package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Generated;
import org.clusca.engine.MemoryPlan;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.WeightFormats;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.MemoryLedger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pipeline that may hold the weights once, and is asked for policies that need four forms. */
final class ShortMemoryTest {
    private static final List<String> POLICIES =
            List.of("none", "fora", "taylorseer", "clusca:clusters=8");

    private static final Clusca CLUSCA = Clusca.create();
    private static final Map<String, Generated> EXPECTED = new HashMap<>();
    private static long weights;
    private static long working;

    private static Request request(String policy) {
        return TinyDit.request(policy).build();
    }

    @BeforeAll
    static void withMemoryEnough() {
        try (Pipeline pipeline = TinyDit.open()) {
            for (String policy : POLICIES) {
                MemoryPlan plan = pipeline.plan(request(policy));
                weights = plan.weights();
                working = Math.max(working, plan.least() - plan.weights());
                EXPECTED.put(policy, pipeline.generate(request(policy)));
            }
            assertThat(pipeline.fitTogether(requests())).isTrue();
        }
    }

    @AfterAll
    static void forget() {
        EXPECTED.clear();
    }

    private static List<Request> requests() {
        return POLICIES.stream().map(ShortMemoryTest::request).toList();
    }

    private static Pipeline open(MemoryLedger memory) {
        return new Pipeline(
                CLUSCA.model(TinyDit.folder()),
                new CpuDevice(0),
                CLUSCA::scheduler,
                WeightFormats.FLOAT32,
                memory);
    }

    @Test
    void policiesOneAfterTheOtherHoldTheWeightsOnce() {
        long limit = 100 * (weights + working);
        MemoryLedger memory = new MemoryLedger(limit, () -> Long.MAX_VALUE);
        try (Pipeline pipeline = open(memory)) {
            long loaded = 0;
            for (String policy : POLICIES) {
                MemoryPlan plan = pipeline.plan(request(policy));
                long needed = plan.least() - plan.weights();
                // beside what is loaded, half a second form would fit
                long others = memory.free() - (needed + weights * 3 / 2 - loaded);
                try (MemoryLedger.Reservation other = memory.reserve(others).orElseThrow()) {
                    assertThat(other.bytes()).isPositive();
                    assertThat(pipeline.fitTogether(requests())).isFalse();
                    pipeline.check(request(policy));
                    TinyDit.assertSameBits(
                            policy, pipeline.generate(request(policy)), EXPECTED.get(policy));
                }
                loaded = weights;
                // what the generation worked with was given back
                assertThat(memory.free()).as(policy).isEqualTo(limit - weights);
            }
        }
        assertThat(memory.free()).isEqualTo(limit);
    }

    @Test
    void manyAtOnceGetWhatTheyWantOrAreRefused() throws Exception {
        MemoryLedger memory = new MemoryLedger(weights * 5 / 2 + 3 * working, () -> Long.MAX_VALUE);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Pipeline pipeline = open(memory)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String policy = POLICIES.get(i % POLICIES.size());
                runs.add(threads.submit(() -> refusalsUntilDone(pipeline, policy)));
            }
            for (Future<Integer> run : runs) {
                assertThat(run.get()).isNotNegative();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(memory.free()).isEqualTo(weights * 5 / 2 + 3 * working);
    }

    private static int refusalsUntilDone(Pipeline pipeline, String policy) {
        for (int refusals = 0; ; refusals++) {
            try {
                Generated generated = pipeline.generate(request(policy));
                TinyDit.assertSameBits(policy, generated, EXPECTED.get(policy));
                return refusals;
            } catch (CluscaException e) {
                assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
            }
        }
    }

    @Test
    void whatNeverFitsIsRefusedBeforeAnythingIsLoaded() {
        MemoryLedger memory = new MemoryLedger(weights / 2, () -> Long.MAX_VALUE);
        try (Pipeline pipeline = open(memory)) {
            assertRefused(
                    ErrorCode.OUT_OF_MEMORY,
                    () -> pipeline.generate(request("none")),
                    "Generating 1 images with policy none needs about",
                    "weights");
            assertThat(memory.free()).isEqualTo(weights / 2);
        }
    }
}
