package org.clusca.api.model;

import java.util.ArrayList;
import java.util.List;
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
    protected Value add(Residual part, Value output) {
        return graph.add(part.x(), part.gated() ? graph.multiply(part.gate(), output) : output);
    }

    @Override
    public List<Value> attention(List<Residual> parts, List<Value> read, Attention attention) {
        List<Value> outputs = new AttentionSequence(graph, parts, read, attention).whole();
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            streams.add(add(parts.get(i), outputs.get(i)));
        }
        return streams;
    }

    @Override
    public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        return add(new Residual(id, x, gate), branch.get());
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        return add(new Residual(id, x, gate), branch.apply(x));
    }

    @Override
    public void input(Supplier<Value> modulated) {}

    @Override
    public void shown(Stream stream, Value x) {}

    @Override
    public Value hidden(Value x) {
        return x;
    }
}
