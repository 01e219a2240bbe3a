package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which tokens a score chooses: of two blocks with four tokens, half, with nothing but the score.
 */
final class TopScoreTest {
    private static final List<Branch> BRANCHES =
            List.of(
                    branch(0, BranchKind.ATTENTION),
                    branch(0, BranchKind.MLP),
                    branch(1, BranchKind.ATTENTION),
                    branch(1, BranchKind.MLP));

    private static final Tensor FIRST = Tensor.of(new float[] {0.1f, 0.9f, 0.3f, 0.7f}, 1, 4);
    private static final Tensor SECOND = Tensor.of(new float[] {0.8f, 0.2f, 0.6f, 0.4f}, 1, 4);

    @Test
    void dissimilarTokensOfTheBranchItselfAreChosen() {
        Tokens.Session session = session(TopScore.Importance.SIMILARITY);
        session.observe(observation(Signal.DISSIMILARITY, Map.of(1, FIRST, 3, SECOND)));

        assertThat(session.choose(new StepContext(1, 10, 0), 1)[0]).containsExactly(1, 3);
        assertThat(session.choose(new StepContext(1, 10, 0), 3)[0]).containsExactly(0, 2);
    }

    @Test
    void attentionIsShownByTheAttentionOfTheBlock() {
        Tokens.Session session = session(TopScore.Importance.ATTENTION);
        session.observe(observation(Signal.ATTENTION_RECEIVED, Map.of(0, FIRST, 2, SECOND)));

        assertThat(session.choose(new StepContext(1, 10, 0), 1)[0]).containsExactly(1, 3);
        assertThat(session.choose(new StepContext(1, 10, 0), 3)[0]).containsExactly(0, 2);
    }

    @Test
    void ofNormsTheSmallOnesAreChosen() {
        Tokens.Session session = session(TopScore.Importance.KNORM);
        session.observe(observation(Signal.KEY_NORM, Map.of(0, FIRST, 2, SECOND)));

        assertThat(session.choose(new StepContext(1, 10, 0), 1)[0]).containsExactly(0, 2);
    }

    private static Tokens.Session session(TopScore.Importance importance) {
        return new TopScore(importance, 0.5, RatioSchedule.CONSTANT, 3, 0, 0, 0, TopScore.SEEDED)
                .open(new GenerationContext(BRANCHES, 1, 10, 0), BRANCHES);
    }

    private static Observation observation(Signal signal, Map<Integer, Tensor> shown) {
        return new Observation(0, Map.of(), Map.of(signal, shown));
    }

    private static Branch branch(int block, BranchKind kind) {
        return new Branch(new BranchId(block, Stream.IMAGE, kind), 4, 8, Cost.NONE, Cost.NONE);
    }
}
