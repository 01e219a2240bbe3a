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

    private final GraphBuilder graph;
    private final List<Written> written = new ArrayList<>();
    private final List<Value> hidden = new ArrayList<>();

    RecordingLinker(GraphBuilder graph) {
        this.graph = graph;
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
        return record(id, BranchKind.MLP, x, gate, branch.apply(x));
    }

    private Value record(BranchId id, BranchKind kind, Value x, Value gate, Value output) {
        written.add(new Written(id, kind, output));
        return graph.add(x, graph.multiply(gate, output));
    }

    @Override
    public void hidden(Value x) {
        hidden.add(x);
    }
}
