package org.clusca.engine.trunk;

import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/** {@link Bands} in a graph. */
final class BandGraph {
    private BandGraph() {}

    /**
     * The low frequencies of x.
     *
     * @param x {@code [batch, tokens, width]}
     * @param rows {@code [row frequencies, height]}
     * @param columns {@code [column frequencies, grid width]}
     * @param mask {@code [row frequencies, column frequencies, 1]}
     */
    static Value low(
            GraphBuilder graph, Value x, Value rows, Value columns, Value mask, int width) {
        Value rest = graph.constant(new long[] {-1});
        Value channels = graph.constant(new long[] {width});
        Value height = size(graph, rows, 1);
        Value low = size(graph, rows, 0);
        Value wide = size(graph, columns, 0);
        Value line = graph.multiply(wide, channels);
        Value cells = shaped(graph, x, rest, size(graph, columns, 1), channels);
        Value along = shaped(graph, graph.op("MatMul", columns, cells), rest, height, line);
        Value both = shaped(graph, graph.op("MatMul", rows, along), rest, low, wide, channels);
        Value kept = shaped(graph, graph.multiply(both, mask), rest, low, line);
        Value upright = graph.op("MatMul", graph.transpose(rows, 1, 0), kept);
        Value back = shaped(graph, upright, rest, wide, channels);
        return graph.op(
                "Reshape",
                graph.op("MatMul", graph.transpose(columns, 1, 0), back),
                graph.op("Shape", x));
    }

    private static Value size(GraphBuilder graph, Value x, int axis) {
        return graph.op("Shape", Map.of("start", axis, "end", axis + 1), x);
    }

    private static Value shaped(GraphBuilder graph, Value x, Value... sizes) {
        return graph.op("Reshape", x, graph.concat(0, sizes));
    }
}
