package org.clusca.engine.trunk;

import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Heads;
import org.clusca.api.model.Attention.Projected;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/**
 * Writes what a policy wants to see of attention, beside the attention itself, which stays as it
 * is.
 */
final class AttentionSignals {
    /** Far below every score. */
    private static final double MASKED = -1e30;

    private AttentionSignals() {}

    /**
     * @param projected of all tokens that attend and all that are attended to
     * @param width channels of all heads together
     * @return {@code [batch, keys]}
     */
    static Value write(
            OnnxGraph graph, Signal signal, Projected projected, Heads heads, int width) {
        return switch (signal) {
            case ATTENTION_RECEIVED -> received(graph, projected, heads, width);
            case KEY_NORM -> norm(graph, projected.k(), heads.count(), width);
            case VALUE_NORM -> norm(graph, projected.v(), heads.count(), width);
            case DISSIMILARITY, FORECAST_ERROR ->
                    throw new CluscaException(
                            ErrorCode.INCOMPATIBLE,
                            "The policy needs "
                                    + signal
                                    + " of attention, which does not show it; choose a policy that needs no such"
                                    + " signal.");
        };
    }

    private static Value received(OnnxGraph graph, Projected projected, Heads heads, int width) {
        int count = heads.count();
        Value queries = graph.transpose(byHead(graph, projected.q(), count, width), 0, 2, 1, 3);
        Value keys = graph.transpose(byHead(graph, projected.k(), count, width), 0, 2, 3, 1);
        Value scale = graph.scalar(heads.scale().orElse(1 / Math.sqrt(width / (double) count)));
        Value scores = graph.op("MatMul", graph.multiply(queries, scale), keys);
        if (heads.mask().isPresent()) {
            Value seen = graph.cast(heads.mask().get(), ElementType.BOOL);
            Value keysSeen = graph.op("Unsqueeze", seen, graph.constant(1, 2));
            scores = graph.op("Where", keysSeen, scores, graph.scalar(MASKED));
        }
        Value map = graph.op("Softmax", Map.of("axis", -1), scores);
        Value sums = graph.op("ReduceSum", Map.of("keepdims", 0), map, graph.constant(1, 2));
        return graph.multiply(sums, graph.scalar(1.0 / count));
    }

    private static Value norm(OnnxGraph graph, Value x, int heads, int width) {
        Value norms =
                graph.op(
                        "ReduceL2",
                        Map.of("keepdims", 0),
                        byHead(graph, x, heads, width),
                        graph.constant(new long[] {3}));
        return graph.op("ReduceMean", Map.of("keepdims", 0), norms, graph.constant(new long[] {2}));
    }

    private static Value byHead(OnnxGraph graph, Value x, int heads, int width) {
        return graph.reshape(x, 0, 0, heads, width / heads);
    }
}
