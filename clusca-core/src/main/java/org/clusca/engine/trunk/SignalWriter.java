package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Projected;
import org.clusca.api.model.AttentionSequence;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.onnx.OnnxGraph;

/**
 * Writes what a policy wants to see of an attention, beside the attention itself.
 *
 * @param wanted of each part that attends
 * @param width channels of all heads together
 */
record SignalWriter(OnnxGraph graph, List<Signal> wanted, AttentionSequence sequence, int width) {
    /** Signals of each part. */
    int count() {
        return wanted.size();
    }

    /**
     * Writes them in the scope that is open.
     *
     * @param projected of the whole sequence
     * @return {@code [batch, tokens]} each, all of the first part, then those of the next
     */
    List<Value> write(Projected projected) {
        List<List<Value>> seen = new ArrayList<>();
        sequence.parts().forEach(part -> seen.add(new ArrayList<>()));
        for (Signal signal : wanted) {
            Value all =
                    AttentionSignals.write(
                            graph, signal, projected, sequence.attention().heads(), width);
            if (seen.size() == 1 && sequence.read().isEmpty()) {
                seen.get(0).add(all);
                continue;
            }
            Value from = graph.constant(new long[] {0});
            for (int i = 0; i < seen.size(); i++) {
                Value to = graph.op("Add", from, tokens(sequence.parts().get(i)));
                Value axis = graph.constant(new long[] {1});
                seen.get(i).add(graph.op("Slice", all, from, to, axis));
                from = to;
            }
        }
        return seen.stream().flatMap(List::stream).toList();
    }

    /** How many there are, {@code [1]}. */
    private Value tokens(Residual part) {
        return graph.op("Shape", Map.of("start", 1, "end", 2), part.x());
    }
}
