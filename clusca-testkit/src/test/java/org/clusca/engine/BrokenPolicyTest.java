package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.BranchKind;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.policy.Taylor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A policy that breaks its own declaration is told so, and leaves nothing open. */
final class BrokenPolicyTest {
    private static final int BRANCHES = 4;
    private static final int TOKENS = 16;
    private static final Action FULL = new Action.Compute(false);

    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = Toys.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    /** Computes everything at step 0; at step 1 what is given. */
    private record Scripted(Requirements requirements, UnaryOperator<List<Action>> second)
            implements CachePolicy {
        @Override
        public String tag() {
            return "scripted";
        }

        @Override
        public CacheSession open(GenerationContext context) {
            List<Action> full = Collections.nCopies(context.branches().size(), FULL);
            return step -> new StepPlan(step.index() == 0 ? full : second.apply(full), false);
        }
    }

    @Test
    void predictsBeforeComputing() {
        Action reuse = new Action.Predict(new Taylor(0));
        CachePolicy policy =
                new CachePolicy() {
                    @Override
                    public String tag() {
                        return "hasty";
                    }

                    @Override
                    public Requirements requirements() {
                        return Requirements.order(0);
                    }

                    @Override
                    public CacheSession open(GenerationContext context) {
                        return step -> new StepPlan(Collections.nCopies(BRANCHES, reuse), false);
                    }
                };
        refused(policy, "before it was ever computed", "block0.image.attention", "step 0");
    }

    @Test
    void keepsNothingButPredicts() {
        refused(
                new Scripted(
                        Requirements.NOTHING,
                        full -> with(full, 3, new Action.Predict(new Taylor(0)))),
                "keeps nothing",
                "block1.image.mlp",
                "step 1");
    }

    @Test
    void wrongToken() {
        for (int token : new int[] {-1, TOKENS}) {
            refused(
                    tokens(1, new int[][] {{0, token}, {}}, new Merge.Replace()),
                    "token " + token + " of block0.image.mlp",
                    "0 to 15");
        }
    }

    @Test
    void tokensOfAttention() {
        refused(
                tokens(0, new int[][] {{0}, {1}}, new Merge.Replace()),
                "block0.image.attention",
                "declares that it never does so");
    }

    @Test
    void tokensThatWereNotDeclared() {
        refused(
                new Scripted(
                        Requirements.order(0),
                        full ->
                                with(
                                        full,
                                        1,
                                        new Action.ComputeTokens(
                                                new int[][] {{0}, {1}},
                                                new Merge.Replace(),
                                                new Taylor(0)))),
                "declares that it never does so",
                "block0.image.mlp");
    }

    @Test
    void tokensForAnotherNumberOfRows() {
        refused(
                tokens(1, new int[][] {{0}}, new Merge.Replace()),
                "1 rows",
                "the batch has 2",
                "block0.image.mlp");
    }

    @Test
    void labelsThatDoNotFit() {
        int[][] chosen = {{0}, {1}};
        int[] row = new int[TOKENS];
        int[] negative = new int[TOKENS];
        negative[5] = -1;
        for (int[][] labels : new int[][][] {{row}, {row, new int[3]}, {row, negative}}) {
            refused(
                    tokens(1, chosen, new Merge.Propagate(0.1, labels, false)),
                    "labels",
                    "16 tokens");
        }
    }

    @Test
    void tooFewActions() {
        refused(
                new Scripted(Requirements.order(0), full -> full.subList(0, 3)),
                "planned 3 actions for 4 branches",
                "step 1");
    }

    @Test
    void orderThatIsNotKept() {
        refused(
                new Scripted(
                        Requirements.order(1),
                        full -> with(full, 1, new Action.Predict(new Taylor(2)))),
                "with order 2",
                "keeps order 1");
    }

    @Test
    void observesAStepThatComputesNothing() {
        Place trunk = new Place.Trunk(false);
        Requirements needs =
                Requirements.builder()
                        .order(0)
                        .signals(List.of(Signal.values()))
                        .forecasts(trunk, 0)
                        .build();
        StepPlan second = new StepPlan(List.of(), true, Map.of(trunk, new Taylor(0)));
        CachePolicy policy =
                new CachePolicy() {
                    @Override
                    public String tag() {
                        return "curious";
                    }

                    @Override
                    public Requirements requirements() {
                        return needs;
                    }

                    @Override
                    public CacheSession open(GenerationContext context) {
                        StepPlan first = new StepPlan(Collections.nCopies(BRANCHES, FULL), true);
                        return step -> step.index() == 0 ? first : second;
                    }
                };
        refused(policy, "asks to observe a step that computes nothing", "step 1");
    }

    @Test
    void requirementsThatContradictThemselves() {
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> Requirements.builder().tokens(BranchKind.MLP).build(),
                "some tokens");
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> Requirements.builder().forecasts(new Place.Trunk(false), -2),
                "-2");
    }

    @Test
    void tokensMayDifferBetweenRowsAndBeNone() {
        int[][] chosen = {{}, {3, 9, 3}};
        assertThat(
                        pipeline.generate(
                                        Toys.request("none")
                                                .policy(tokens(1, chosen, new Merge.Replace()))
                                                .steps(2)
                                                .build())
                                .latents()
                                .isFinite())
                .isTrue();
    }

    private static CachePolicy tokens(int branch, int[][] tokens, Merge merge) {
        return new Scripted(
                Requirements.builder().order(0).tokens(BranchKind.MLP).build(),
                full -> with(full, branch, new Action.ComputeTokens(tokens, merge, new Taylor(0))));
    }

    private static List<Action> with(List<Action> actions, int index, Action action) {
        List<Action> changed = new ArrayList<>(actions);
        changed.set(index, action);
        return changed;
    }

    private static void refused(CachePolicy policy, String... named) {
        long tensors = OnnxEnvironment.openTensors();
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.generate(Toys.request("none").policy(policy).steps(3).build()),
                (Object[]) named);
        assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
    }
}
