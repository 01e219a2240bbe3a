package org.clusca.model.dit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.onnx.OnnxGraph;

/**
 * Computes every branch and keeps what it gives and the stream after it, to compare with the
 * originals.
 */
final class RecordingLinker implements BranchLinker {
    private final OnnxGraph graph;
    private final Map<BranchId, Value> branches = new LinkedHashMap<>();
    private final Map<BranchId, Value> streams = new LinkedHashMap<>();

    RecordingLinker(OnnxGraph graph) {
        this.graph = graph;
    }

    Value branch(BranchId id) {
        return branches.get(id);
    }

    Value stream(BranchId id) {
        return streams.get(id);
    }

    @Override
    public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        Value output = branch.get();
        Value sum = graph.add(x, graph.multiply(gate, output));
        branches.put(id, output);
        streams.put(id, sum);
        return sum;
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        return mixing(id, x, gate, () -> branch.apply(x));
    }

    @Override
    public Value hidden(Value x) {
        return x;
    }
}
