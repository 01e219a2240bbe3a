package org.example;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Config;
import org.clusca.api.model.Cost;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;

/** A model: one block over the 16 cells of a 4x4 latent, read from a folder with a toy.json. */
public final class ToyFactory implements ModelFactory {
    private static final int TOKENS = 16;
    private static final int WIDTH = 8;
    private static final BranchId ATTENTION =
            new BranchId(0, Stream.IMAGE, BranchKind.ATTENTION);
    private static final BranchId MLP = new BranchId(0, Stream.IMAGE, BranchKind.MLP);
    private static final Cost ATTENTION_COST =
            Cost.norm(TOKENS, WIDTH).plus(Cost.attention(TOKENS, TOKENS, 2, WIDTH));
    private static final Cost MLP_COST =
            Cost.linear(TOKENS, WIDTH, WIDTH).plus(Cost.gelu(TOKENS, WIDTH));

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public String description() {
        return "one block";
    }

    @Override
    public boolean reads(ModelDirectory directory) {
        return directory.has("toy.json");
    }

    @Override
    public Model open(ModelDirectory directory) {
        return new Toy(new Network(directory.weights("")), directory.json("toy.json"));
    }

    record Toy(Transformer transformer, Config scheduler) implements Model {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public Conditioner conditioner() {
            return new Sign();
        }

        @Override
        public Optional<LatentCodec> codec() {
            return Optional.empty();
        }
    }

    /** Two classes, plus and minus. */
    record Sign() implements Conditioner {
        @Override
        public Condition condition(Prompt prompt, EncoderRunner encoders) {
            String text = prompt.text();
            float sign = text.equals("plus") ? 1 : -1;
            return new Condition(text, Map.of("sign", Tensor.of(new float[] {sign}, 1)));
        }

        @Override
        public List<String> classes() {
            return List.of("plus", "minus");
        }
    }

    record Network(Weights weights) implements Transformer {
        @Override
        public TransformerSpec spec() {
            return TransformerSpec.builder()
                    .latentShape(1, 4, 4)
                    .gridWidth(4)
                    .branches(
                            List.of(
                                    new Branch(
                                            ATTENTION, TOKENS, WIDTH, ATTENTION_COST, Cost.NONE),
                                    new Branch(MLP, TOKENS, WIDTH, Cost.NONE, MLP_COST)))
                    .modulationWidth(WIDTH)
                    .conditionRows(Map.of("sign", new int[0]))
                    .fixed(Cost.sum(Cost.linear(TOKENS, 1, WIDTH), Cost.linear(TOKENS, WIDTH, 1)))
                    .blockModulations(Cost.linear(1, 1, WIDTH))
                    .build();
        }

        @Override
        public Value modulation(
                GraphBuilder graph, Value timestep, Map<String, Value> condition) {
            Value time = graph.multiply(timestep, graph.scalar(0.001));
            Value both = graph.multiply(time, condition.get("sign"));
            return graph.linear(graph.unsqueeze(both, 1), 2, "time", 1, WIDTH);
        }

        @Override
        public Value forward(
                GraphBuilder graph, BranchLinker branches, Value latent, Value modulation, Map<String, Value> context) {
            Value gate = graph.unsqueeze(modulation, 1);
            Value cells = graph.reshape(latent, 0, TOKENS, 1);
            Value start = graph.linear(cells, 3, "in", 1, WIDTH);
            Value x =
                    branches.attention(
                            ATTENTION,
                            start,
                            gate,
                            Attention.of(
                                    Attention.Heads.of(2),
                                    (rows, which) -> {
                                        Value normed = graph.layerNorm(rows, WIDTH, 1e-6);
                                        return new Attention.Projected(normed, normed, normed);
                                    },
                                    (rows, mixed) -> mixed));
            x =
                    branches.tokenwise(
                            MLP,
                            x,
                            gate,
                            rows -> graph.geluTanh(graph.linear(rows, 3, "mlp", WIDTH, WIDTH)));
            branches.hidden(x);
            return graph.reshape(graph.linear(x, 3, "out", WIDTH, 1), -1, 1, 4, 4);
        }
    }
}
