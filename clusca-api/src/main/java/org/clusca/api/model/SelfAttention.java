package org.clusca.api.model;

import java.util.function.BinaryOperator;
import org.clusca.api.graph.Value;

/** An attention of one part. */
record SelfAttention(Heads heads, Projection projection, BinaryOperator<Value> output)
        implements Attention {
    @Override
    public Projected project(int part, Value rows, Rows which) {
        return projection.project(rows, which);
    }

    @Override
    public Value out(int part, Value rows, Value mixed) {
        return output.apply(rows, mixed);
    }
}
