package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Norm;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.clusca.cluster.KMeans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts of policies refuse numbers that make no sense, when they are made. */
final class PartsTest {
    private static final Gauge GAUGE = new Gauge.InputChange(Norm.L1);

    private static Arguments refused(String words, ThrowingCallable call) {
        return Arguments.of(words, call);
    }

    static List<Arguments> nonsense() {
        return List.of(
                refused(
                        "interval of full steps must be at least 1, found 0",
                        () -> When.every(0, 1)),
                refused("leading full steps must be at least 1, found 0", () -> When.every(3, 0)),
                refused("interval of full steps must be at least 1", () -> When.countdown(0)),
                refused("last full steps must be at least 0", () -> When.every(3, 1).andLast(-1)),
                refused("first full steps must be at least 0", () -> When.every(3, 1).andFirst(-1)),
                refused("cached steps in a row must be", () -> When.every(3, 1).andAfter(-1)),
                refused(
                        "threshold must be at least 0, found -0.5",
                        () -> When.changed(GAUGE, -0.5)),
                refused("found NaN", () -> When.changed(GAUGE, Double.NaN)),
                refused(
                        "highest power first, such as 2:-1:0.5, found []",
                        () -> new Polynomial(List.of())),
                refused("found 1:x", () -> Polynomial.parse("1:x")),
                refused("found 1:", () -> Polynomial.parse("1:")),
                refused("found 1:NaN", () -> Polynomial.parse("1:NaN")),
                refused("must begin with step 0, found [-1, 0]", () -> When.steps(0, -1)),
                refused("Taylor polynomial must be 0 to 8, found -1", () -> new Taylor(-1)),
                refused("Hermite forecast must be 0 to 8, found 9", () -> new Hermite(9, 0.7)),
                refused("scale of a Hermite", () -> new Hermite(1, Double.NaN)),
                refused("random tokens must be at least 0", () -> new RandomTokens(-1)),
                refused(
                        "clusters must be at least 1, found 0",
                        () -> new OnePerCluster(0, KMeans.standard())),
                refused("propagation ratio must be 0 to 1, found 2", () -> Merging.propagate(2)),
                refused("last blocks must be at least 0", () -> Where.lastBlocks(-1)),
                refused("share of the tokens must be 0 to 1, found 7", () -> score(7, 3)),
                refused("staleness is measured by must be at least 1", () -> score(0.5, 0)),
                refused("share of the tokens must be", () -> new LargestChange(0)),
                refused("threshold of blocks must be", () -> new StableBlocks(-1, 1, 1)),
                refused("leading blocks must be at least 1", () -> new StableBlocks(1, 1, 0)),
                refused("A block's number in a rule must be 0 to 1, found 2", () -> open(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void isRefused(String words, ThrowingCallable call) {
        assertThatExceptionOfType(CluscaException.class)
                .isThrownBy(call)
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
    }

    private static TopScore score(double ratio, int interval) {
        return new TopScore(
                TopScore.Importance.RANDOM,
                ratio,
                RatioSchedule.CONSTANT,
                interval,
                0,
                0,
                0,
                TopScore.SEEDED);
    }

    /** On a network of two blocks. */
    private static void open(int block) {
        Composition.when(When.every(3, 1))
                .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                .rule(Where.blocks(0, block), Cached.compute())
                .build()
                .open(new GenerationContext(List.of(mlp(0), mlp(1)), 1, 10, 0));
    }

    private static Branch mlp(int block) {
        return new Branch(
                new BranchId(block, Stream.IMAGE, BranchKind.MLP), 4, 8, Cost.NONE, Cost.NONE);
    }

    @Test
    void aRuleThatFitsNothingIsRefused() {
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> open(rules().rule(Where.lastBlocks(3), Cached.compute())),
                "last blocks",
                "0 to 2",
                "found 3");
        for (Where none :
                List.of(Where.lastBlocks(0), Where.attention(), Where.stream(Stream.TEXT))) {
            assertRefused(
                    ErrorCode.INCOMPATIBLE,
                    () -> open(rules().rule(none, Cached.compute())),
                    "the rule for " + none.words() + " fits no branch",
                    "2 blocks");
            open(rules().ruleIfAny(none, Cached.compute()));
        }
    }

    private static Composition.Builder rules() {
        return Composition.when(When.every(2, 1))
                .rule(Where.everywhere(), Cached.predict(Cached.reuse()));
    }

    private static void open(Composition.Builder rules) {
        rules.build().open(new GenerationContext(List.of(mlp(0), mlp(1)), 1, 10, 0));
    }
}
