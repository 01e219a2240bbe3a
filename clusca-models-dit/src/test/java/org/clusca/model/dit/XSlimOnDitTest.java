package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** X-Slim on a network of one stream, with guidance. */
final class XSlimOnDitTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Generated generate(String policy) {
        return pipeline.generate(TinyDit.request(policy).count(2).steps(8).build());
    }

    /** Its cached steps are those of a forecast of order 0 of what the blocks add. */
    @Test
    void stepsAloneAreReuse() {
        TinyDit.assertSameBits(
                "reuse of the residual",
                generate("xslim:steps=FF.F..FF"),
                generate("taylorseer:full=0-1-3-6-7,order=0,keep=residual"));
    }

    @ParameterizedTest
    @CsvSource({
        "'xslim:steps=FF.BFB.F,blocks=0.5,first=1', MIXED, 2",
        "'xslim:steps=FF.TFT.F,ratio=0.25', TOKENS, 2",
        "'xslim:steps=FFTTB.TF,ratio=0.5,blocks=0.5,first=2', TOKENS, 3"
    })
    void refreshesCostLess(String policy, StepKind kind, long count) {
        Report report = generate(policy).report();
        Report plain = generate("none").report();
        assertThat(report.count(kind)).isEqualTo(count);
        assertThat(report.warnings()).isEmpty();
        for (Report.Step step : report.steps()) {
            assertThat(step.flops() < plain.steps().get(step.index()).flops())
                    .isEqualTo(step.kind() != StepKind.FULL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'blocks=0,first=1', none of the 4 blocks that can be left out, raise their thresholds",
        "'blocks=1e6,first=1', all of the 4 blocks that can be left out, lower their thresholds",
        "first=9, none of the 0 blocks that can be left out, lower the number of leading blocks"
    })
    void thresholdsThatMakeNoDifference(String blocks, String what, String help) {
        assertThat(generate("xslim:steps=FFBFB.BF," + blocks).report().warnings())
                .singleElement()
                .asString()
                .contains("xslim:steps=FFBFB.BF", what, "3 refreshes of blocks", help);
    }

    /** Tokens take keys and values, blocks what each has added: without refreshes neither. */
    @Test
    void fullStepsInPlaceOfRefreshesKeepLess() {
        Request request = TinyDit.request("xslim:steps=FF.TFB.F,first=1").steps(8).build();
        long all = pipeline.plan(request).features();
        Request blocks = pipeline.fitCache(request, all / 2 - 1);
        assertThat(blocks.policy().tag()).isEqualTo("xslim:steps=FF.FFB.F,first=1");
        Request steps = pipeline.fitCache(request, pipeline.plan(blocks).features() - 1);
        assertThat(steps.policy().tag()).isEqualTo("xslim:steps=FF.FFF.F,first=1");
        assertThat(pipeline.plan(steps).features()).isPositive();
    }
}
