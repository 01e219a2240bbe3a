package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Cost;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.TransformerSpec;
import org.junit.jupiter.api.Test;

/** Models with a fault each: the kit names it. */
final class WrongModelsTest {
    static final class ListsItsBranchesBackwards extends AlmostRightModel {
        @Override
        public TransformerSpec spec() {
            List<Branch> branches = new ArrayList<>(super.spec().branches());
            Collections.reverse(branches);
            return super.spec().toBuilder().branches(branches).build();
        }
    }

    static final class PromisesAWiderModulation extends AlmostRightModel {
        @Override
        public TransformerSpec spec() {
            int width = super.spec().modulationWidth() + 8;
            return super.spec().toBuilder().modulationWidth(width).build();
        }
    }

    /** Its mlps subtract the mean of the tokens they are given. */
    static final class MixesTokensInTheMlp extends AlmostRightModel {
        @Override
        BranchLinker linker(GraphBuilder graph, BranchLinker engine) {
            Value middle = graph.constant(new long[] {1});
            return new Linker(engine) {
                @Override
                public Value tokenwise(
                        BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
                    return super.tokenwise(
                            id,
                            x,
                            gate,
                            rows ->
                                    graph.subtract(
                                            branch.apply(rows),
                                            graph.op("ReduceMean", rows, middle)));
                }
            };
        }
    }

    static final class GoesOnWithItsOwnStream extends AlmostRightModel {
        @Override
        BranchLinker linker(GraphBuilder graph, BranchLinker engine) {
            return new Linker(engine) {
                @Override
                public Value hidden(Value x) {
                    super.hidden(x);
                    return x;
                }
            };
        }
    }

    static final class AveragesOverTheBatch extends AlmostRightModel {
        @Override
        Value output(GraphBuilder graph, Value output) {
            return graph.subtract(
                    output, graph.op("ReduceMean", output, graph.constant(new long[] {0})));
        }
    }

    /** Columns for rows. */
    static final class UnpatchifiesByColumns extends AlmostRightModel {
        @Override
        Value output(GraphBuilder graph, Value output) {
            return graph.transpose(output, 0, 1, 3, 2);
        }
    }

    /** The channels of a cell lie one behind the other where they should lie in planes. */
    static final class LeavesChannelsLast extends AlmostRightModel {
        @Override
        Value output(GraphBuilder graph, Value output) {
            return graph.op(
                    "Reshape", graph.transpose(output, 0, 2, 3, 1), graph.op("Shape", output));
        }
    }

    /** Counts its attention for half of what it is. */
    static final class StatesHalfTheCost extends AlmostRightModel {
        @Override
        public TransformerSpec spec() {
            return super.spec().toBuilder()
                    .branches(super.spec().branches().stream().map(this::halved).toList())
                    .build();
        }

        private Branch halved(Branch branch) {
            Cost own = branch.mixing();
            Cost half =
                    new Cost(
                            own.linear() / 2,
                            own.attention(),
                            own.norm(),
                            own.gelu(),
                            own.silu(),
                            own.softmax(),
                            own.scaling());
            return new Branch(
                    branch.id(), branch.tokens(), branch.width(), half, branch.tokenwise());
        }
    }

    static final class ForgetsTheTimestep extends AlmostRightModel {
        @Override
        public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
            return super.modulation(graph, graph.multiply(timestep, graph.scalar(0)), condition);
        }
    }

    static final class TakesAnyClass extends AlmostRightModel {
        @Override
        Conditioner conditioner() {
            Conditioner right = super.conditioner();
            return new HonestModelsTest.Changed(right) {
                @Override
                public Condition condition(Prompt prompt, EncoderRunner encoders) {
                    boolean known = ToyModel.CLASSES.contains(prompt.text());
                    return super.condition(known ? prompt : Prompt.of("circle"), encoders);
                }
            };
        }
    }

    @Test
    void branchesInAnotherOrder() {
        Kit.run(ListsItsBranchesBackwards.class)
                .assertFault(
                        "writesTheBranchesOfItsSpec",
                        "The branches that forward writes must be those of the spec");
    }

    @Test
    void modulationOfAnotherWidth() {
        Kit.run(PromisesAWiderModulation.class)
                .assertFault(
                        "shapesAreThoseOfTheSpecForAnyBatch",
                        "The modulation cannot be computed in the shape that the spec promises");
    }

    @Test
    void mlpThatMixesTokens() {
        Kit kit =
                Kit.run(MixesTokensInTheMlp.class)
                        .assertFault(
                                "tokenwiseBranchesUseOnlyTheTokensTheyAreGiven",
                                "must use of the stream only the tokens it is given")
                        .assertFault("refreshedTokensAttendToKeptKeys", "with some tokens computed")
                        .assertFault(
                                "whatIsForecastOfTheSameInputIsWhatWasComputed",
                                "must be that of the step before");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(3);
    }

    @Test
    void lastLayerThatCannotBeSkippedTo() {
        Kit kit =
                Kit.run(GoesOnWithItsOwnStream.class)
                        .assertFault(
                                "theLastLayerGoesOnFromTheHiddenState",
                                "must go on with what hidden returns")
                        .assertFault(
                                "whatIsForecastOfTheSameInputIsWhatWasComputed",
                                "must be that of the step before")
                        .assertFault("everyTokenBecomesItsOwnCells", "0 cells changed with it");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(3);
    }

    @Test
    void tokensInTheWrongCells() {
        Kit columns =
                Kit.run(UnpatchifiesByColumns.class)
                        .assertFault(
                                "everyTokenBecomesItsOwnCells",
                                "Token 1 of the hidden state must become the 2 cells of its own"
                                        + " patch",
                                "[0, 1, 0]",
                                "[0, 0, 1]");
        assertThat(columns.failures()).as("Nothing else is wrong with it").hasSize(1);
        Kit.run(LeavesChannelsLast.class)
                .assertFault("everyTokenBecomesItsOwnCells", "the 2 cells of its own patch");
    }

    @Test
    void costThatIsNotDone() {
        Kit kit =
                Kit.run(StatesHalfTheCost.class)
                        .assertFault(
                                "costsAreWhatTheGraphDoes",
                                "image.attention",
                                "stated are 6144",
                                "carries out 8192");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
    }

    @Test
    void rowsThatDependOnEachOther() {
        Kit.run(AveragesOverTheBatch.class)
                .assertFault("rowsAreIndependent", "must not depend on the others");
    }

    @Test
    void modulationWithoutTimestep() {
        Kit.run(ForgetsTheTimestep.class)
                .assertFault(
                        "theModulationDependsOnTimestepAndCondition",
                        "must depend on the timestep");
    }

    @Test
    void anyClass() {
        Kit kit =
                Kit.run(TakesAnyClass.class)
                        .assertFault(
                                "unknownClassesAreRefused", "An unknown class must be refused");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
    }
}
