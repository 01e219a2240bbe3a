package org.clusca.soak;

import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("soak")
final class OpenedAndClosedTest {
    private static final int TIMES = 300;
    private static final int SETTLED = 50;

    @Test
    void aPipelineThatIsClosedLeavesNothing() {
        Clusca clusca = Clusca.create();
        Usage before = Usage.now();
        for (int i = 0; i < TIMES; i++) {
            try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
                Request request =
                        Request.builder()
                                .conditions("owl")
                                .steps(2)
                                .seed(i)
                                .policy(
                                        clusca.policy(
                                                i % 2 == 0 ? "none" : "clusca:interval=2",
                                                pipeline.model()))
                                .build();
                pipeline.generate(request);
            }
            if (i == SETTLED) {
                before = Usage.now();
            }
        }
        Usage.now().assertNoMoreThan(before);
    }
}
