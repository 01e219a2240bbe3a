package org.clusca.api.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/** Runs every branch on all tokens, one after the other: the network without any caching. */
public abstract class PlainLinker implements BranchLinker {
    private final GraphBuilder graph;

    protected PlainLinker(GraphBuilder graph) {
        this.graph = graph;
    }

    /**
     * Every branch comes by here.
     *
     * @param output un-gated
     * @return {@code x + gate * output}
     */
    protected Value add(BranchId id, Value x, Value gate, Value output) {
        return graph.add(x, graph.multiply(gate, output));
    }

    @Override
    public List<Value> joint(List<Residual> parts, Supplier<List<Value>> branches) {
        List<Value> outputs = branches.get();
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Residual part = parts.get(i);
            streams.add(add(part.id(), part.x(), part.gate(), outputs.get(i)));
        }
        return streams;
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        return add(id, x, gate, branch.apply(x));
    }

    @Override
    public Value parallel(
            BranchId id,
            Value x,
            Value gate,
            Supplier<Value> mixing,
            BinaryOperator<Value> tokenwise) {
        return add(id, x, gate, tokenwise.apply(x, mixing.get()));
    }

    @Override
    public void shown(Stream stream, Value x) {}

    @Override
    public Value hidden(Value x) {
        return x;
    }
}
