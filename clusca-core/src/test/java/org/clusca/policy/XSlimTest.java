package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of X-Slim, by hand; whole runs are replayed on FLUX. */
final class XSlimTest {
    private static Branch branch(int block, Stream stream, BranchKind kind) {
        return new Branch(new BranchId(block, stream, kind), 4, 2, Cost.NONE, Cost.NONE);
    }

    /** Three blocks with streams apart, then three on a joint sequence. */
    private static List<Branch> branches() {
        List<Branch> branches = new ArrayList<>();
        for (int block = 0; block < 3; block++) {
            branches.add(branch(block, Stream.TEXT, BranchKind.MLP));
            branches.add(branch(block, Stream.IMAGE, BranchKind.MLP));
        }
        for (int block = 3; block < 6; block++) {
            branches.add(branch(block, Stream.JOINT, BranchKind.PARALLEL));
        }
        return branches;
    }

    private static Readings changes(double... changes) {
        Map<Gauge, double[]> values = new HashMap<>();
        for (int block = 0; block < changes.length; block++) {
            values.put(StableBlocks.change(block), new double[] {changes[block], changes[block]});
        }
        return new Readings(values);
    }

    /** The first of each kind is always computed; a sum that reaches its threshold begins anew. */
    @Test
    void stableBlocks() {
        StableBlocks rule = new StableBlocks(1, 2, 1);
        assertThat(rule.candidates(branches())).containsExactly(1, 2, 4, 5);
        assertThat(rule.found(branches(), changes(0.1, 0.6, 0.3, 0.1, 1.1, 0.8)))
                .containsExactlyInAnyOrder(1, 2, 4, 5);
        assertThat(rule.found(branches(), changes(0.1, 0.6, 0.4, 0.1, 1.1, 0.9)))
                .containsExactlyInAnyOrder(1, 4);
        assertThat(rule.found(branches(), changes(9, 1, 0.9, 9, 2, 1.9)))
                .containsExactlyInAnyOrder(2, 5);
        assertThat(new StableBlocks(1, 2, 3).candidates(branches())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.5, 2", "0.25, 1", "0.7, 3", "1, 4"})
    void tokensThatChangedMost(double ratio, int count) {
        Tokens.Session tokens =
                new LargestChange(ratio)
                        .open(new GenerationContext(branches(), 1, 9, 1), branches());
        tokens.observe(shown(1, 1, 2, 2, 3, 3, 4, 4));
        tokens.observe(shown(1, 1.5f, 4, 5, 3, 3, 4, 5));
        int[] order = {1, 3, 0, 2};
        assertThat(tokens.choose(new StepContext(2, 9, 0), 0)[0])
                .containsExactly(java.util.Arrays.copyOf(order, count));
    }

    private static Observation shown(float... values) {
        Tensor residual = Tensor.of(values, 1, 4, 2);
        return new Observation(0, Map.of(), Map.of(), Map.of(new Place.Trunk(true), residual));
    }

    /** Steps alone keep what TeaCache keeps; each refresh what it needs. */
    @Test
    void whatIsNotScheduledIsNotKept() {
        Requirements steps = requirements("F..F");
        assertThat(steps.places()).containsOnlyKeys(new Place.Trunk(true));
        assertThat(steps.gauges()).isEmpty();
        assertThat(steps.tokens()).isEmpty();
        Requirements blocks = requirements("F.B.F");
        assertThat(blocks.places()).hasSize(5);
        assertThat(blocks.gauges()).hasSize(6);
        assertThat(blocks.refreshesTrunk()).isFalse();
        Requirements tokens = requirements("F.T.F");
        assertThat(tokens.order()).isEqualTo(-1);
        assertThat(tokens.refreshesTrunk()).isTrue();
        assertThat(tokens.gauges()).isEmpty();
    }

    private static Requirements requirements(String steps) {
        return new XSlim(Map.of("steps", steps, "first", "1")).requirements(branches());
    }

    /** Those that ship were made for 50 steps, and reach from the first step to the last. */
    @Test
    void shippedSchedulesStretch() {
        assertThat(StepPattern.of("steps-fast", 50).full())
                .containsExactly(0, 1, 2, 3, 6, 11, 18, 27, 36, 44, 49);
        assertThat(StepPattern.of("slow", 50).letters().chars().filter(c -> c == 'T').count())
                .isEqualTo(2);
        assertThat(StepPattern.of("fast", 12).letters()).isEqualTo("F...T.F.T..F");
        assertThat(StepPattern.of("fast", 1).letters()).isEqualTo("F");
        assertThat(new XSlim(Map.of("steps", "fast", "ratio", "0.5")).lighter())
                .extracting(CachePolicy::tag)
                .containsExactly("xslim:steps=steps-fast,ratio=0.5");
        assertThat(new XSlim(Map.of("steps", "steps-fast")).lighter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".F", "", "FX", "fast ", "F-F"})
    void whatIsNoSchedule(String steps) {
        assertThatThrownBy(() -> new XSlim(Map.of("steps", steps)))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("'" + steps + "'")
                .hasMessageContaining("fast, slow, steps-fast, steps-slow");
    }

    @Test
    void tokensAreChosenByWhatTheBlocksAdd() {
        assertThatThrownBy(
                        () ->
                                Composition.when(When.every(3, 1))
                                        .rule(Where.everywhere(), Cached.compute())
                                        .forecasting(new Place.Trunk(false), Cached.reuse())
                                        .refreshing(new LargestChange(0.5), steps -> i -> true)
                                        .build())
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INCOMPATIBLE))
                .hasMessageContaining("add forecasting(new Place.Trunk(true), ...)");
    }

    @Test
    void anotherNumberOfSteps() {
        assertThatThrownBy(
                        () ->
                                new XSlim(Map.of("steps", "FF.F"))
                                        .open(new GenerationContext(branches(), 1, 9, 1)))
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
                .hasMessageContaining("each of 4 steps")
                .hasMessageContaining("has 9 steps")
                .hasMessageContaining("run clusca calibrate for policy xslim");
    }
}
