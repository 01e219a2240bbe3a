package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The solvers of HyCa, and which channels get which. */
final class HyCaTest {
    private static final int STEPS = 40;
    private static final int TOKENS = 4;

    /** By orders as the cache holds them: differences divided by the last gap. */
    private static double forecast(Solver solver, DoubleUnaryOperator f, int step, int... full) {
        History history =
                new History(
                        Arrays.stream(full).mapToObj(index -> new History.Full(index, 0)).toList(),
                        3);
        double[] factors = solver.coefficients(new StepContext(step, STEPS, 0), history);
        double s0 = (f.applyAsDouble(full[0]) - f.applyAsDouble(full[1])) / history.gap(0);
        double s1 = (f.applyAsDouble(full[1]) - f.applyAsDouble(full[2])) / history.gap(1);
        double[] orders = {f.applyAsDouble(full[0]), s0, (s0 - s1) / history.gap(0)};
        double sum = 0;
        for (int i = 0; i < factors.length; i++) {
            sum += factors[i] * orders[i];
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void whatMovesAtAConstantSpeed(Solver solver) {
        double expected = solver == Solver.REUSE ? 7 + 2 * 12 : 7 + 2 * 15;
        assertThat(forecast(solver, x -> 7 + 2 * x, 15, 12, 8, 4))
                .isCloseTo(expected, within(1e-9));
        assertThat(forecast(solver, x -> 7, 15, 12, 8, 4)).isCloseTo(7, within(1e-12));
    }

    /** At the distance of the gap the textbook's coefficients. */
    @ParameterizedTest
    @CsvSource({
        "TAYLOR1, 2, -1, 0",
        "TAYLOR2, 2.5, -2, 0.5",
        "ADAMS_BASHFORTH, 2.5, -2, 0.5",
        "ADAMS_MOULTON, 1.5, 0, -0.5",
        "BDF, 2.6666666666666665, -2.3333333333333335, 0.6666666666666666"
    })
    void weightsOfTheLastOutputs(Solver solver, double w0, double w1, double w2) {
        assertThat(forecast(solver, x -> x == 12 ? 1 : 0, 16, 12, 8, 4))
                .isCloseTo(w0, within(1e-9));
        assertThat(forecast(solver, x -> x == 8 ? 1 : 0, 16, 12, 8, 4)).isCloseTo(w1, within(1e-9));
        assertThat(forecast(solver, x -> x == 4 ? 1 : 0, 16, 12, 8, 4)).isCloseTo(w2, within(1e-9));
    }

    /** Channels that stand still with noise, that run, and that turn. */
    @Test
    void channelsThatMoveAlikeShareASolver() {
        List<DoubleUnaryOperator> moves = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int phase = i;
            moves.add(x -> 3 + 0.5 * Math.sin(12.9898 * x + 78.233 * phase * x));
            moves.add(x -> 10 + phase + (4 + phase) * x);
            moves.add(x -> (2 + 0.1 * phase) * 0.1 * x * x);
        }
        Calibrator calibrator =
                Clusca.create().calibrator("hyca:interval=4,groups=3,clusterer=kmeans++");
        run(calibrator, STEPS, moves);

        Map<String, Object> values = calibrator.found().values();

        String[] solvers = values.get("solvers").toString().split(" ");
        int[] channels = (int[]) values.get("channels");
        assertThat(solvers).hasSize(3);
        for (int i = 0; i < moves.size(); i++) {
            assertThat(channels[i]).as("group of channel %s", i).isEqualTo(channels[i % 3]);
        }
        assertThat(solvers[channels[0]]).isEqualTo("reuse");
        assertThat(solvers[channels[1]]).isNotEqualTo("reuse");
        assertThat(solvers[channels[2]]).isIn("taylor2", "bdf", "adams-bashforth");
        assertThat(calibrator.found().summary()).hasSize(3).allMatch(s -> s.contains("5 channels"));
    }

    @Test
    void tooFewStepsToCompare() {
        Calibrator calibrator = Clusca.create().calibrator("hyca:interval=5");
        run(calibrator, 11, List.of(x -> x, x -> -x));
        assertThatThrownBy(calibrator::found)
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("at least 12 steps, found 11");
    }

    /** Shows a measuring policy what it would see. */
    private static void run(Calibrator calibrator, int steps, List<DoubleUnaryOperator> moves) {
        CachePolicy measuring = calibrator.measuring();
        List<Branch> branches =
                List.of(
                        new Branch(
                                new BranchId(0, Stream.IMAGE, BranchKind.MLP),
                                TOKENS,
                                moves.size(),
                                Cost.NONE,
                                Cost.NONE));
        CacheSession session = measuring.open(new GenerationContext(branches, 1, steps, 1));
        for (int step = 0; step < steps; step++) {
            session.plan(new StepContext(step, steps, 0));
            Tensor shown = Tensor.zeros(1, TOKENS, moves.size());
            for (int i = 0; i < TOKENS * moves.size(); i++) {
                shown.data().put(i, (float) moves.get(i % moves.size()).applyAsDouble(step));
            }
            session.observe(
                    new Observation(
                            step, Map.of(), Map.of(), Map.of(new Place.Trunk(true), shown)));
        }
    }

    @Test
    void oneSolverWithoutAFile() {
        assertThat(new HyCa(Map.of("solver", "bdf")).tag())
                .isEqualTo("hyca:interval=5,first=2,solver=bdf");
        assertThatThrownBy(() -> new HyCa(Map.of("solver", "heun")))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("reuse | taylor1 | taylor2 | adams-bashforth");
    }
}
