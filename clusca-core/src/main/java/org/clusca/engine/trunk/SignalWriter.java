package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.onnx.OnnxGraph;
import org.jspecify.annotations.Nullable;

/** Lets the attention of one or several branches show, while it is written, what was asked for. */
final class SignalWriter {
    private final OnnxGraph graph;
    private final List<Signal> wanted;
    private final List<Residual> parts;
    private final int width;
    private final List<List<Value>> seen = new ArrayList<>();

    /**
     * @param parts in the order of the attention's sequence
     * @param width channels of all heads together
     */
    SignalWriter(OnnxGraph graph, List<Signal> wanted, List<Residual> parts, int width) {
        this.graph = graph;
        this.wanted = wanted;
        this.parts = parts;
        this.width = width;
    }

    /** Signals of each part. */
    int count() {
        return wanted.size();
    }

    /** Writes the computation and what it shows, in the scope that is open. */
    List<Value> around(Supplier<List<Value>> branches) {
        if (wanted.isEmpty()) {
            return branches.get();
        }
        parts.forEach(part -> seen.add(new ArrayList<>()));
        graph.watchAttention(this::write);
        List<Value> written = branches.get();
        graph.watchAttention(null);
        if (seen.get(0).size() != wanted.size()) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The policy needs "
                            + wanted
                            + " of "
                            + parts.get(0).id()
                            + ", which does not attend through GraphBuilder.attention; choose a"
                            + " policy that needs no signals of attention.");
        }
        return written;
    }

    /** What one part shows, {@code [batch, tokens]} each, in the order of the signals. */
    List<Value> seen(int part) {
        return wanted.isEmpty() ? List.of() : seen.get(part);
    }

    private void write(Value q, Value k, Value v, int heads, @Nullable Value mask) {
        for (Signal signal : wanted) {
            Value all = AttentionSignals.write(graph, signal, q, k, v, heads, width, mask);
            if (parts.size() == 1) {
                seen.get(0).add(all);
                continue;
            }
            Value from = graph.constant(new long[] {0});
            for (int i = 0; i < parts.size(); i++) {
                Value to = graph.op("Add", from, tokens(parts.get(i).x()));
                Value axis = graph.constant(new long[] {1});
                seen.get(i).add(graph.op("Slice", all, from, to, axis));
                from = to;
            }
        }
    }

    /** How many there are, {@code [1]}. */
    private Value tokens(Value x) {
        return graph.op("Shape", Map.of("start", 1, "end", 2), x);
    }
}
