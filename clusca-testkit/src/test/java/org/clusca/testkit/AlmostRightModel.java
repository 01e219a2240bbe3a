package org.clusca.testkit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;

/** The kit run on the toy model with single things changed. */
abstract class AlmostRightModel extends BaseModelTest implements Transformer {
    private final Transformer right = ToyModel.create().transformer();

    private record Changed(Transformer transformer, Conditioner conditioner) implements Model {
        @Override
        public String name() {
            return "changed";
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

    Conditioner conditioner() {
        return ToyModel.create().conditioner();
    }

    /** What the branches are handed to. */
    BranchLinker linker(GraphBuilder graph, BranchLinker engine) {
        return engine;
    }

    /** What becomes of the output. */
    Value output(GraphBuilder graph, Value output) {
        return output;
    }

    @Override
    protected Model model() {
        return new Changed(this, conditioner());
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
        return output(
                graph, right.forward(graph, linker(graph, branches), latent, modulation, context));
    }

    /** A linker in which single methods are changed. */
    static class Linker implements BranchLinker {
        private final BranchLinker right;

        Linker(BranchLinker right) {
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
}
