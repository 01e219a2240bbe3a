package org.clusca.engine.trunk;

import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a policy wants to see of attention, beside the attention itself, which stays as it
 * is.
 */
final class AttentionSignals {
    /** Far below every score. */
    private static final double MASKED = -1e30;

    private AttentionSignals() {}

    /**
     * @param q {@code [batch, tokens, width]}, as are k and v
     * @param mask {@code [batch, tokens]}, int32: what is not 1 receives no attention; null for
     *     none
     * @return {@code [batch, tokens]}
     */
    static Value write(
            OnnxGraph graph,
            Signal signal,
            Value q,
            Value k,
            Value v,
            int heads,
            int width,
            @Nullable Value mask) {
        return switch (signal) {
            case ATTENTION_RECEIVED -> received(graph, q, k, heads, width, mask);
            case KEY_NORM -> norm(graph, k, heads, width);
            case VALUE_NORM -> norm(graph, v, heads, width);
            case DISSIMILARITY ->
                    throw new CluscaException(
                            ErrorCode.INCOMPATIBLE,
                            "The policy needs "
                                    + signal
                                    + " of attention, which does not show it; choose a policy that needs no such"
                                    + " signal.");
        };
    }

    private static Value received(
            OnnxGraph graph, Value q, Value k, int heads, int width, @Nullable Value mask) {
        Value queries = graph.transpose(byHead(graph, q, heads, width), 0, 2, 1, 3);
        Value keys = graph.transpose(byHead(graph, k, heads, width), 0, 2, 3, 1);
        Value scale = graph.scalar(1 / Math.sqrt(width / (double) heads));
        Value scores = graph.op("MatMul", graph.multiply(queries, scale), keys);
        if (mask != null) {
            Value seen = graph.cast(mask, ElementType.BOOL);
            Value keysSeen = graph.op("Unsqueeze", seen, graph.constant(1, 2));
            scores = graph.op("Where", keysSeen, scores, graph.scalar(MASKED));
        }
        Value map = graph.op("Softmax", Map.of("axis", -1), scores);
        Value sums = graph.op("ReduceSum", Map.of("keepdims", 0), map, graph.constant(1, 2));
        return graph.multiply(sums, graph.scalar(1.0 / heads));
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
