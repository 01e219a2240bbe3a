package org.clusca.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.PlainLinker;
import org.clusca.onnx.OnnxGraph;

/**
 * Computes every branch and keeps what it gives and the stream after it, to compare with the
 * originals.
 */
public final class RecordingLinker extends PlainLinker {
    private final Map<BranchId, Value> branches = new LinkedHashMap<>();
    private final Map<BranchId, Value> streams = new LinkedHashMap<>();

    public RecordingLinker(OnnxGraph graph) {
        super(graph);
    }

    public Value branch(BranchId id) {
        return branches.get(id);
    }

    public Value stream(BranchId id) {
        return streams.get(id);
    }

    @Override
    protected Value add(Residual part, Value output) {
        Value sum = super.add(part, output);
        branches.put(part.id(), output);
        streams.put(part.id(), sum);
        return sum;
    }
}
