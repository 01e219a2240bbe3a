package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.List;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.clusca.engine.Measurement;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.policy.Cached;
import org.clusca.policy.Composition;
import org.clusca.policy.Taylor;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies that decide from measurements. */
final class MeasuringPoliciesTest {
    private static final int STEPS = 20;

    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static Generated generate(CachePolicy policy) {
        return pipeline.generate(TinyDit.request("none").policy(policy).steps(STEPS).build());
    }

    private static Generated generate(String tag) {
        return generate(Clusca.create().policy(tag));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "teacache:threshold=0",
                "fbcache:threshold=0",
                "fbcache:threshold=0,blocks=2,last=2",
                "speca:threshold=0,floor=0,min=0,reject=true,first=1"
            })
    void computingEverythingIsNoPolicy(String tag) {
        Generated computed = generate(tag);
        TinyDit.assertSameBits(tag, computed, generate("none"));
        assertThat(computed.report().warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("reused nothing"))
                .anyMatch(warning -> warning.contains("always reached"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"teacache:threshold=1000", "fbcache:threshold=1000"})
    void aThresholdThatIsNeverReached(String tag) {
        assertThat(generate(tag).report().warnings())
                .singleElement()
                .asString()
                .contains(tag, "never reached", "against 1000", "Lower it");
    }

    @ParameterizedTest
    @CsvSource({
        "'teacache:threshold=0.3', SKIPPED",
        "'fbcache:threshold=0.75', MIXED",
        "'fbcache:threshold=0.75,blocks=2,last=1,max=3', MIXED",
        "'speca:threshold=2,decay=0.5,order=1', PREDICTED",
        "'speca:threshold=8,decay=0.5,order=1,min=1,compare=branch,reject=true', PREDICTED"
    })
    void reusesAndSaysWhatWasMeasured(String tag, StepKind cached) {
        Report report = generate(tag).report();
        assertThat(report.count(cached)).isBetween(1L, STEPS - 2L);
        assertThat(report.count(StepKind.FULL)).isEqualTo(STEPS - report.count(cached));
        assertThat(report.warnings()).isEmpty();
        assertThat(report.flops()).isLessThan(generate("none").report().flops());
        assertThat(report.steps()).anyMatch(step -> exceeded(step) && full(step));
        assertThat(report.steps())
                .allMatch(step -> step.judgement().isEmpty() || exceeded(step) == full(step));
        Measurement measured = report.measurements().get(0);
        assertThat(measured.count()).isBetween(2, STEPS - 1);
        assertThat(measured.percentile(0)).isPositive().isLessThan(measured.percentile(100));
    }

    private static boolean exceeded(Report.Step step) {
        return step.judgement().filter(Judgement::exceeded).isPresent();
    }

    private static boolean full(Report.Step step) {
        return step.kind() == StepKind.FULL;
    }

    /**
     * Of a draft that is taken back nothing is left: it might as well have been planned in full.
     */
    @Test
    void aDraftThatFailsIsRunAgain() {
        Generated speculative =
                generate("speca:threshold=2,decay=0.5,order=1,min=1,first=1,reject=true");
        List<Report.Step> steps = speculative.report().steps();
        assertThat(steps).anyMatch(step -> step.rejected().isPresent());
        assertThat(steps).allMatch(step -> step.rejected().isPresent() == exceeded(step));
        assertThat(steps).anyMatch(step -> step.judgement().isPresent() && !exceeded(step));
        int[] full =
                steps.stream()
                        .filter(MeasuringPoliciesTest::full)
                        .mapToInt(Report.Step::index)
                        .toArray();
        Generated planned =
                generate(
                        Composition.when(When.steps(full))
                                .rule(Where.everywhere(), Cached.predict(new Taylor(1)))
                                .build());
        TinyDit.assertSameBits("as if planned", speculative, planned);
    }

    @Test
    void nothingLeftToUseAgain() {
        CachePolicy policy = Clusca.create().policy("fbcache:blocks=3,last=2");
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.check(TinyDit.request("none").policy(policy).build()),
                "fbcache:threshold=0.08,blocks=3,last=2",
                "3 leading and 2 last blocks",
                "the network has 5",
                "Lower blocks or last");
    }
}
