package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy chooses for an image under guidance, for both of its rows. */
final class SharedRowsTest {
    private static final int TOKENS = 36;
    private static final int CHANNELS = 5;
    private static final List<Branch> BRANCHES =
            List.of(branch(BranchKind.ATTENTION), branch(BranchKind.MLP));

    private static Branch branch(BranchKind kind) {
        Cost cost = Cost.linear(TOKENS, CHANNELS, CHANNELS);
        return new Branch(new BranchId(0, Stream.IMAGE, kind), TOKENS, CHANNELS, Cost.NONE, cost);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "apart"})
    void clustersAndTheirTokens(String rows) {
        CachePolicy policy =
                ClusCa.builder()
                        .interval(4)
                        .first(1)
                        .clusters(6)
                        .rowsApart(rows.equals("apart"))
                        .build();
        boolean shared = rows.equals("shared");
        for (Action.ComputeTokens action : refreshed(policy)) {
            assertThat(action.tokens()).hasNumberOfRows(4);
            int[][] labels = labels(action.merge());
            for (int image = 0; image < 2; image++) {
                int[] own = action.tokens()[2 * image];
                assertThat(own.equals(action.tokens()[2 * image + 1])).isEqualTo(shared);
                assertThat(java.util.Arrays.equals(labels[2 * image], labels[2 * image + 1]))
                        .isEqualTo(shared);
            }
            assertThat(labels[0]).as("images are clustered apart").isNotEqualTo(labels[2]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention", "vnorm", "random"})
    void tokensByScore(String score) {
        Map<String, String> given = Map.of("ratio", "0.3", "score", score, "schedule", "constant");
        for (Action.ComputeTokens action : refreshed(new ToCa(given))) {
            assertThat(action.tokens()[0]).isNotEmpty().isEqualTo(action.tokens()[1]);
            assertThat(action.tokens()[2]).isEqualTo(action.tokens()[3]);
            assertThat(action.tokens()[0]).isNotEqualTo(action.tokens()[2]);
        }
    }

    @Test
    void withoutGuidanceEveryRowIsAnImage() {
        CachePolicy policy = ClusCa.builder().interval(4).first(1).clusters(6).build();
        for (Action.ComputeTokens action : refreshed(policy, 1)) {
            assertThat(action.tokens()[0]).isNotEqualTo(action.tokens()[1]);
        }
    }

    private static List<Action.ComputeTokens> refreshed(CachePolicy policy) {
        return refreshed(policy, 2);
    }

    /** What the MLP does on the cached steps of a run of four rows that all differ. */
    private static List<Action.ComputeTokens> refreshed(CachePolicy policy, int rowsPerImage) {
        int steps = 9;
        CacheSession session =
                policy.open(new GenerationContext(BRANCHES, 4, rowsPerImage, 6, 1, steps, 11));
        SplittableRandom random = new SplittableRandom(3);
        List<Action.ComputeTokens> found = new ArrayList<>();
        for (int index = 0; index < steps; index++) {
            StepPlan plan = session.plan(new StepContext(index, steps, steps - index));
            if (plan.observe()) {
                session.observe(
                        new Observation(
                                index,
                                Map.of(Stream.IMAGE, random(random, 4, TOKENS, CHANNELS)),
                                Map.of(
                                        Signal.ATTENTION_RECEIVED,
                                        Map.of(0, random(random, 4, TOKENS)),
                                        Signal.VALUE_NORM,
                                        Map.of(0, random(random, 4, TOKENS)))));
            }
            if (plan.actions().get(1) instanceof Action.ComputeTokens action) {
                found.add(action);
            }
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    private static int[][] labels(Merge merge) {
        return ((Merge.Propagate) merge).labels();
    }

    private static Tensor random(SplittableRandom random, int... shape) {
        float[] values = new float[(int) Tensor.count(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return Tensor.of(values, shape);
    }
}
