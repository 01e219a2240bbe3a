package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.api.cache.StepKind;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.flops.PublishedShapes;
import org.junit.jupiter.api.Test;

/** What the model says it costs, and what the report makes of it. */
final class FlopsTest {
    @Test
    void ditXl2IsThePublishedShape() {
        DitConfig config = new DitConfig(1152, 16, 28, 2, 32, 4, 8, 1000, 1e-6, 127, 4);
        TransformerSpec published = PublishedShapes.dit();
        try (Pipeline tiny = TinyDit.open()) {
            TransformerSpec spec =
                    new DitTransformer(config, tiny.model().transformer().weights()).spec();
            assertThat(spec.branches()).isEqualTo(published.branches());
            assertThat(spec.fixed()).isEqualTo(published.fixed());
            assertThat(spec.blockModulations()).isEqualTo(published.blockModulations());
        }
    }

    /** 5 blocks, 64 tokens of 40 channels, 4 heads; two rows for one image. */
    @Test
    void theReportCountsWhatWasExecuted() {
        long n = 64;
        long c = 40;
        long branches = 5 * (24 * n * c * c + 4 * n * n * c);
        long fixed = 2 * n * c * (16 + 32);
        long modulationRow = 2 * (5 * 6 * c * c + 2 * c * c + 5 * (256 * c + c * c));
        long modulationA = 5 * (6 * c * c + c);
        long restA = 5 * (2 * n * c + n * c + 5 * 4 * n * n + 6 * n * 4 * c);
        try (Pipeline pipeline = TinyDit.open()) {
            Report report =
                    pipeline.generate(
                                    TinyDit.request("taylorseer:interval=3,first=1,order=1")
                                            .steps(6)
                                            .build())
                            .report();
            // steps 0 and 3 are full
            assertThat(report.flops(StepKind.FULL)).isEqualTo(2 * 2 * (branches + fixed));
            assertThat(report.flops(StepKind.PREDICTED)).isEqualTo(4 * 2 * fixed);
            assertThat(report.flops())
                    .isEqualTo(2 * 2 * branches + 6 * 2 * (fixed + modulationRow));
            assertThat(report.flopsA()).isEqualTo(2 * 2 * (branches + restA) + 6 * 2 * modulationA);
            // a full step is printed in MFLOPS, a predicted one in KFLOPS
            long predictedB = 2 * (fixed + modulationRow);
            long fullB = predictedB + 2 * (branches + 5 * (4 * 2 * n * c + n * 4 * c));
            assertThat(predictedB).isEqualTo(933_120);
            assertThat(report.flopsB())
                    .isEqualTo(2 * Math.round(fullB / 1e4) * 10_000 + 4 * predictedB);
        }
    }
}
