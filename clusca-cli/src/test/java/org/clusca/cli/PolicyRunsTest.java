package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.engine.Generated;
import org.clusca.engine.MemoryPlan;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.WeightFormats;
import org.clusca.io.EmbeddedModels;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.MemoryLedger;
import org.junit.jupiter.api.Test;

/** Policies in turn and, where memory is short, one after the other: the pictures are the same. */
class PolicyRunsTest {
    private static final Clusca CLUSCA = Clusca.create();
    private static final List<Request> REQUESTS =
            List.of(request("none"), request("clusca:interval=3,clusters=8"), request("fora"));

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console =
            new Console(stream(new ByteArrayOutputStream()), stream(err), 0);

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static Request request(String policy) {
        return Request.builder()
                .conditions("owl")
                .steps(5)
                .seed(4)
                .policy(CLUSCA.policy(policy))
                .build();
    }

    private static Pipeline open(long memory) {
        return new Pipeline(
                CLUSCA.model(EmbeddedModels.path("emoji")),
                new CpuDevice(0),
                CLUSCA::scheduler,
                WeightFormats.FLOAT32,
                new MemoryLedger(memory, () -> Long.MAX_VALUE));
    }

    private PolicyRuns runs(Pipeline pipeline) {
        return new PolicyRuns(console, pipeline, REQUESTS, null);
    }

    @Test
    void shortOfMemoryTheyRunOneAfterTheOther() {
        List<Generated> expected;
        PolicyRuns inTurn;
        long enoughForOne = 0;
        try (Pipeline pipeline = open(Long.MAX_VALUE)) {
            for (Request request : REQUESTS) {
                MemoryPlan plan = pipeline.plan(request);
                enoughForOne = Math.max(enoughForOne, plan.least());
            }
            inTurn = runs(pipeline);
            expected = inTurn.run();
            assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("one after the other");
        }
        try (Pipeline pipeline = open(enoughForOne)) {
            PolicyRuns oneByOne = runs(pipeline);
            List<Generated> generated = oneByOne.run();

            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("they run one after the other");
            assertThat(oneByOne.loadSeconds()).hasSize(REQUESTS.size()).allMatch(s -> s > 0);
            for (int i = 0; i < REQUESTS.size(); i++) {
                String policy = REQUESTS.get(i).policy().tag();
                assertThat(generated.get(i).report().provenance().policy()).isEqualTo(policy);
                assertThat(generated.get(i).pictures().toArray())
                        .as(policy)
                        .containsExactly(expected.get(i).pictures().toArray());
                // what was seen of one policy is not that of another's warming up
                assertThat(oneByOne.traces().get(i).steps().keySet())
                        .as(policy)
                        .isEqualTo(inTurn.traces().get(i).steps().keySet());
            }
            assertThat(oneByOne.traces().get(1).steps()).isNotEmpty();
            assertThat(oneByOne.traces().get(0).steps()).isEmpty();
        }
    }
}
