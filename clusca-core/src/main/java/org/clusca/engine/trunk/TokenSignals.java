package org.clusca.engine.trunk;

import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.onnx.OnnxGraph;

/** Writes what a policy wants to see of a branch that works token by token. */
final class TokenSignals {
    /** Shorter vectors count as this long. */
    private static final double SHORTEST = 1e-8;

    private TokenSignals() {}

    /**
     * {@link org.clusca.api.cache.Signal#DISSIMILARITY}. Source: the similarity score of ToCa.
     *
     * @param x residual stream ahead of the branch {@code [batch, tokens, width]}
     * @param output un-gated output of the branch on all tokens {@code [batch, tokens, width]}
     * @return {@code [batch, tokens]}
     */
    static Value dissimilarity(OnnxGraph graph, Value x, Value output) {
        Value lengths = graph.multiply(length(graph, x), length(graph, output));
        Value cosine =
                graph.op("Div", reduce(graph, "ReduceSum", graph.multiply(x, output)), lengths);
        return graph.subtract(graph.scalar(1), cosine);
    }

    /** {@code [batch, tokens]}: lengths of vectors {@code [batch, tokens, width]}. */
    static Value norm(OnnxGraph graph, Value x) {
        return reduce(graph, "ReduceL2", x);
    }

    private static Value length(OnnxGraph graph, Value x) {
        return graph.op("Max", norm(graph, x), graph.scalar(SHORTEST));
    }

    private static Value reduce(OnnxGraph graph, String operation, Value x) {
        return graph.op(operation, Map.of("keepdims", 0), x, graph.constant(new long[] {-1}));
    }
}
