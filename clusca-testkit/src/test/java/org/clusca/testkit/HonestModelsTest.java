package org.clusca.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.AttentionSequence;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.junit.jupiter.api.Test;

/** Models that differ from those that come with the engine, and are right: the kit lets them by. */
final class HonestModelsTest {
    /** Shows nothing of its attention, as a network that mixes tokens in another way. */
    static final class MixesInOnePiece extends AlmostRightModel {
        @Override
        BranchLinker linker(GraphBuilder graph, BranchLinker engine) {
            return new Linker(engine) {
                @Override
                public List<Value> attention(
                        List<Residual> parts, List<Value> read, Attention attention) {
                    Residual only = parts.get(0);
                    return List.of(
                            mixing(
                                    only.id(),
                                    only.x(),
                                    only.gate(),
                                    () ->
                                            new AttentionSequence(graph, parts, read, attention)
                                                    .whole()
                                                    .get(0)));
                }
            };
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.ATTENTION_IN_PARTS;
        }
    }

    /** Its first LayerNorm reads what a Transpose has made, as after a convolution. */
    static final class TransposesBeforeTheNorm extends AlmostRightModel {
        @Override
        BranchLinker linker(GraphBuilder graph, BranchLinker engine) {
            return new Linker(engine) {
                @Override
                public Map<Stream, Value> enter(int block, Map<Stream, Value> streams) {
                    return super.enter(block, block == 0 ? turned(graph, streams) : streams);
                }
            };
        }

        /** There and back. */
        private static Map<Stream, Value> turned(GraphBuilder graph, Map<Stream, Value> streams) {
            Map<Stream, Value> turned = new EnumMap<>(streams);
            turned.replaceAll(
                    (stream, x) ->
                            graph.transpose(
                                    graph.op("Tanh", graph.transpose(x, 0, 2, 1)), 0, 2, 1));
            return turned;
        }
    }

    /** Its messages begin with what is wrong. */
    static final class NamesTheClassFirst extends AlmostRightModel {
        @Override
        Conditioner conditioner() {
            Conditioner right = super.conditioner();
            return new Changed(right) {
                @Override
                public Condition condition(Prompt prompt, EncoderRunner encoders) {
                    try {
                        return super.condition(prompt, encoders);
                    } catch (CluscaException e) {
                        String text = prompt.text();
                        throw new CluscaException(
                                e.code(),
                                text.substring(0, 1).toUpperCase(Locale.ROOT)
                                        + text.substring(1)
                                        + " is no class.");
                    }
                }
            };
        }
    }

    /** Its modulation knows the timestep alone; the class is added to every cell. */
    static final class ModulatesByTimestepAlone extends AlmostRightModel {
        private static final String CLASS = ToyTransformer.CLASS;

        @Override
        public TransformerSpec spec() {
            return super.spec().toBuilder()
                    .conditionRows(Map.of())
                    .contextRows(Map.of(CLASS, new int[] {1, 1, 1}))
                    .build();
        }

        @Override
        public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
            return ToyNetwork.vectors(graph, ToyNetwork.time(graph, timestep));
        }

        @Override
        public Value forward(
                GraphBuilder graph,
                BranchLinker branches,
                Value latent,
                Value modulation,
                Map<String, Value> context) {
            Value shifted = graph.add(latent, requireNonNull(context.get(CLASS)));
            return super.forward(graph, branches, shifted, modulation, context);
        }

        @Override
        Conditioner conditioner() {
            return new Changed(super.conditioner()) {
                @Override
                public Condition condition(Prompt prompt, EncoderRunner encoders) {
                    return asContext(super.condition(prompt, encoders));
                }

                @Override
                public Condition unconditional(Prompt prompt, EncoderRunner encoders) {
                    return asContext(super.unconditional(prompt, encoders));
                }
            };
        }

        private static Condition asContext(Condition condition) {
            Tensor number = requireNonNull(condition.rows().get(CLASS));
            return new Condition(
                    condition.label(),
                    Map.of(),
                    Map.of(CLASS, Tensor.of(number.toArray(), 1, 1, 1, 1)),
                    condition.warnings());
        }
    }

    @Test
    void modulationByTheTimestepAloneIsNoFault() {
        assertThat(Kit.run(ModulatesByTimestepAlone.class).failures()).isEmpty();
    }

    @Test
    void mixingInOnePieceIsNoFault() {
        assertThat(Kit.run(MixesInOnePiece.class).failures()).isEmpty();
    }

    @Test
    void aTransposeBeforeALayerNormIsNoFault() {
        assertThat(Kit.run(TransposesBeforeTheNorm.class).failures()).isEmpty();
    }

    @Test
    void messagesThatBeginWithACapitalAreNoFault() {
        assertThat(Kit.run(NamesTheClassFirst.class).failures()).isEmpty();
    }

    /** A conditioner in which single methods are changed. */
    static class Changed implements Conditioner {
        private final Conditioner right;

        Changed(Conditioner right) {
            this.right = right;
        }

        @Override
        public Condition condition(Prompt prompt, EncoderRunner encoders) {
            return right.condition(prompt, encoders);
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
    }
}
