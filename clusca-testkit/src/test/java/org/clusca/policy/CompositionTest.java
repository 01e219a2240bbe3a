package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.cluster.KMeans;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.testkit.ToyModel;
import org.junit.jupiter.api.Test;

/** Policies that users put together in code, run on a network. */
final class CompositionTest {
    private static final int STEPS = 8;

    @Test
    void aShippedPolicyIsItsComposition() {
        CachePolicy own =
                Composition.when(When.every(3, 2))
                        .rule(Where.everywhere(), Cached.predict(new Taylor(2)))
                        .build();

        assertThat(run(own, new ArrayList<>()).latents().toArray())
                .isEqualTo(run(new TaylorSeer(3, 2, 2), new ArrayList<>()).latents().toArray());
    }

    @Test
    void everyBranchFollowsTheLastRuleThatFitsIt() {
        CachePolicy policy =
                Composition.when(When.every(4, 2))
                        .rule(Where.attention(), Cached.predict(new Taylor(1)))
                        .rule(
                                Where.mlp(),
                                Cached.refresh(
                                        new OnePerCluster(4, KMeans.standard()),
                                        Merging.propagate(0.007),
                                        new Taylor(1)))
                        .rule(Where.lastBlocks(1), Cached.compute())
                        .build();
        List<StepPlan> plans = new ArrayList<>();

        run(policy, plans);

        List<Action> cached = plans.get(2).actions();
        int branches = cached.size();
        for (int i = 0; i < branches; i++) {
            Class<?> expected =
                    i >= branches - 2
                            ? Action.Compute.class
                            : i % 2 == 0 ? Action.Predict.class : Action.ComputeTokens.class;
            assertThat(cached.get(i)).as("branch %s", i).isInstanceOf(expected);
        }
        assertThat(plans.get(2).kind()).isEqualTo(StepKind.MIXED);
    }

    @Test
    void randomTokensReplaceTheirsAndStepsAreListed() {
        CachePolicy policy =
                Composition.when(When.steps(0, 3).andLast(1))
                        .rule(Where.everywhere(), Cached.predict(new Hermite(1, 0.71)))
                        .rule(
                                Where.mlp(),
                                Cached.refresh(
                                        new RandomTokens(5), Merging.replace(), Cached.reuse()))
                        .build();
        List<StepPlan> plans = new ArrayList<>();

        run(policy, plans);

        assertThat(plans.stream().map(plan -> plan.kind() == StepKind.FULL))
                .containsExactly(true, false, false, true, false, false, false, true);
        Action.ComputeTokens part = (Action.ComputeTokens) plans.get(1).actions().get(1);
        assertThat(part.tokens()[0]).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void saysWhatClashes() {
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                "propagation needs clusters",
                () ->
                        Composition.when(When.every(3, 1))
                                .rule(
                                        Where.mlp(),
                                        Cached.refresh(
                                                new RandomTokens(5),
                                                Merging.propagate(0.5),
                                                Cached.reuse()))
                                .build());
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                "no rule for cached steps",
                () -> Composition.when(When.every(3, 1)).build());
        assertRefused(
                ErrorCode.INVALID_PARAMETER, "must begin with step 0", () -> When.steps(2, 4));
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                "Step 99 is listed as full, but there are " + STEPS + " steps",
                () ->
                        run(
                                Composition.when(When.steps(0, 99))
                                        .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                                        .build(),
                                new ArrayList<>()));
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                "no rule says what block0.image.mlp does",
                () ->
                        run(
                                Composition.when(When.every(3, 1))
                                        .rule(Where.attention(), Cached.predict(Cached.reuse()))
                                        .build(),
                                new ArrayList<>()));
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                "block0.image.attention mixes tokens",
                () ->
                        run(
                                Composition.when(When.every(3, 1))
                                        .rule(
                                                Where.everywhere(),
                                                Cached.refresh(
                                                        new RandomTokens(5),
                                                        Merging.replace(),
                                                        Cached.reuse()))
                                        .build(),
                                new ArrayList<>()));
    }

    private static void assertRefused(ErrorCode code, String words, ThrowingCallable call) {
        assertThatExceptionOfType(CluscaException.class)
                .isThrownBy(call)
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Generated run(CachePolicy policy, List<StepPlan> plans) {
        try (Pipeline pipeline = ToyModel.pipeline()) {
            return pipeline.generate(
                    Request.builder()
                            .conditions("circle")
                            .steps(STEPS)
                            .policy(policy)
                            .decode(false)
                            .listener(progress -> plans.add(progress.plan()))
                            .build());
        }
    }
}
