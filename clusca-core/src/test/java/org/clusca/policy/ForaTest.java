package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.List;
import java.util.stream.IntStream;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FORA's rule: the step number counted down is a multiple of the interval. */
final class ForaTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 50, 1000})
    void fullSteps(int interval) {
        int[] expected =
                IntStream.range(0, 50)
                        .filter(step -> step == 0 || (49 - step) % interval == 0)
                        .toArray();
        assertThat(full(interval, 50)).containsExactly(expected).contains(0, 49);
    }

    @Test
    void threeOfTen() {
        assertThat(full(3, 10)).containsExactly(0, 3, 6, 9);
        assertThat(full(4, 10)).containsExactly(0, 1, 5, 9);
    }

    @Test
    void intervalOutOfRange() {
        assertRefused(ErrorCode.INVALID_PARAMETER, () -> new Fora(0), "interval", "1 to 1000");
    }

    private static int[] full(int interval, int steps) {
        Branch branch =
                new Branch(
                        new BranchId(0, Stream.IMAGE, BranchKind.ATTENTION),
                        4,
                        8,
                        Cost.NONE,
                        Cost.NONE);
        CacheSession session =
                new Fora(interval).open(new GenerationContext(List.of(branch), 1, steps, 0));
        return IntStream.range(0, steps)
                .filter(
                        step ->
                                session.plan(new StepContext(step, steps, 0)).kind()
                                        == StepKind.FULL)
                .toArray();
    }
}
