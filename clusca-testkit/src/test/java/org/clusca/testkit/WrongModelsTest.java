package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.junit.jupiter.api.Test;

/** Models with a fault each: the kit names it. */
final class WrongModelsTest {
    /** The toy model, spoilt. */
    private abstract static class AlmostRight extends BaseModelTest implements Transformer {
        private final Transformer right = ToyModel.create().transformer();

        Conditioner conditioner() {
            return ToyModel.create().conditioner();
        }

        @Override
        protected Model model() {
            return new Spoilt(this, conditioner());
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.PICTURES;
        }

        @Override
        public TransformerSpec spec() {
            return right.spec();
        }

        @Override
        public Weights weights() {
            return right.weights();
        }

        @Override
        public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
            return right.modulation(graph, timestep, condition);
        }

        @Override
        public Value forward(
                GraphBuilder graph,
                BranchLinker branches,
                Value latent,
                Value modulation,
                Map<String, Value> context) {
            return right.forward(graph, branches, latent, modulation, context);
        }
    }

    private record Spoilt(Transformer transformer, Conditioner conditioner) implements Model {
        @Override
        public String name() {
            return "spoilt";
        }

        @Override
        public Optional<LatentCodec> codec() {
            return Optional.empty();
        }

        @Override
        public Config scheduler() {
            return ToyModel.create().scheduler();
        }
    }

    static final class ListsItsBranchesBackwards extends AlmostRight {
        @Override
        public TransformerSpec spec() {
            List<Branch> branches = new ArrayList<>(super.spec().branches());
            Collections.reverse(branches);
            return super.spec().toBuilder().branches(branches).build();
        }
    }

    static final class PromisesAWiderModulation extends AlmostRight {
        @Override
        public TransformerSpec spec() {
            int width = super.spec().modulationWidth() + 8;
            return super.spec().toBuilder().modulationWidth(width).build();
        }
    }

    /** A linker in which single methods are changed. */
    private static class Delegating implements BranchLinker {
        private final BranchLinker right;

        Delegating(BranchLinker right) {
            this.right = right;
        }

        @Override
        public void input(Supplier<Value> modulated) {
            right.input(modulated);
        }

        @Override
        public List<Value> attention(List<Residual> parts, List<Value> read, Attention attention) {
            return right.attention(parts, read, attention);
        }

        @Override
        public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
            return right.mixing(id, x, gate, branch);
        }

        @Override
        public Map<Stream, Value> enter(int block, Map<Stream, Value> streams) {
            return right.enter(block, streams);
        }

        @Override
        public void shown(Stream stream, Value x) {
            right.shown(stream, x);
        }

        @Override
        public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
            return right.tokenwise(id, x, gate, branch);
        }

        @Override
        public Value hidden(Value x) {
            return right.hidden(x);
        }
    }

    /** Its mlps subtract the mean of the tokens they are given. */
    static final class MixesTokensInTheMlp extends AlmostRight {
        @Override
        public Value forward(
                GraphBuilder graph,
                BranchLinker branches,
                Value latent,
                Value modulation,
                Map<String, Value> context) {
            Value middle = graph.constant(new long[] {1});
            BranchLinker spoilt =
                    new Delegating(branches) {
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
            return super.forward(graph, spoilt, latent, modulation, context);
        }
    }

    static final class GoesOnWithItsOwnStream extends AlmostRight {
        @Override
        public Value forward(
                GraphBuilder graph,
                BranchLinker branches,
                Value latent,
                Value modulation,
                Map<String, Value> context) {
            BranchLinker spoilt =
                    new Delegating(branches) {
                        @Override
                        public Value hidden(Value x) {
                            super.hidden(x);
                            return x;
                        }
                    };
            return super.forward(graph, spoilt, latent, modulation, context);
        }
    }

    static final class AveragesOverTheBatch extends AlmostRight {
        @Override
        public Value forward(
                GraphBuilder graph,
                BranchLinker branches,
                Value latent,
                Value modulation,
                Map<String, Value> context) {
            Value output = super.forward(graph, branches, latent, modulation, context);
            return graph.subtract(
                    output, graph.op("ReduceMean", output, graph.constant(new long[] {0})));
        }
    }

    static final class ForgetsTheTimestep extends AlmostRight {
        @Override
        public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
            return super.modulation(graph, graph.multiply(timestep, graph.scalar(0)), condition);
        }
    }

    static final class TakesAnyClass extends AlmostRight {
        @Override
        Conditioner conditioner() {
            Conditioner right = super.conditioner();
            return new Conditioner() {
                @Override
                public Condition condition(Prompt prompt, EncoderRunner encoders) {
                    boolean known = ToyModel.CLASSES.contains(prompt.text());
                    return right.condition(known ? prompt : Prompt.of("circle"), encoders);
                }

                @Override
                public boolean classifierFree() {
                    return right.classifierFree();
                }

                @Override
                public Condition unconditional(Prompt prompt, EncoderRunner encoders) {
                    return right.unconditional(prompt, encoders);
                }

                @Override
                public double defaultGuidance() {
                    return right.defaultGuidance();
                }

                @Override
                public List<String> classes() {
                    return right.classes();
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
                                "must be that of the step before");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(2);
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
