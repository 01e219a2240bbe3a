package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;

/** Runs every branch and notes what the model handed over, in order. */
final class RecordingLinker implements BranchLinker {
    /**
     * One branch as the model wrote it.
     *
     * @param kind by the method that it was handed to
     */
    record Written(BranchId id, BranchKind kind, Value output) {}

    /** How the network is run. */
    enum Way {
        /** As it is. */
        WHOLE,
        /** Branches that work token by token run on the first token and on the others apart. */
        TOKENS_APART,
        /** The last layer is given a hidden state of zeros. */
        NOTHING_HIDDEN
    }

    private final GraphBuilder graph;
    private final Way way;
    private final List<Written> written = new ArrayList<>();
    private final List<Value> hidden = new ArrayList<>();

    RecordingLinker(GraphBuilder graph, Way way) {
        this.graph = graph;
        this.way = way;
    }

    List<Written> written() {
        return written;
    }

    List<Value> hidden() {
        return hidden;
    }

    @Override
    public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        return record(id, BranchKind.ATTENTION, x, gate, branch.get());
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        return record(
                id,
                BranchKind.MLP,
                x,
                gate,
                way == Way.TOKENS_APART ? parts(x, branch) : branch.apply(x));
    }

    private Value parts(Value x, UnaryOperator<Value> branch) {
        return graph.concat(
                1,
                branch.apply(graph.slice(x, 1, 0, 1)),
                branch.apply(graph.slice(x, 1, 1, Long.MAX_VALUE)));
    }

    private Value record(BranchId id, BranchKind kind, Value x, Value gate, Value output) {
        written.add(new Written(id, kind, output));
        return graph.add(x, graph.multiply(gate, output));
    }

    @Override
    public Value hidden(Value x) {
        hidden.add(x);
        return way == Way.NOTHING_HIDDEN ? graph.multiply(x, graph.scalar(0)) : x;
    }
}
