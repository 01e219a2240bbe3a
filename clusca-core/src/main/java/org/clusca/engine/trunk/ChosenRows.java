package org.clusca.engine.trunk;

import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;

/**
 * Some tokens of a part, by batch row.
 *
 * @param chosen batch row and token {@code [batch, n, 2]}
 */
record ChosenRows(GraphBuilder graph, Value chosen) implements Attention.Rows {
    @Override
    public Value of(Value table) {
        Value rows = graph.op("Squeeze", table, graph.constant(new long[] {0}));
        return graph.op("Gather", rows, positions());
    }

    @Override
    public Value positions() {
        return graph.op("Squeeze", graph.slice(chosen, 2, 1, 2), graph.constant(new long[] {2}));
    }
}
