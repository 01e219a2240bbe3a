package org.clusca.testkit;

import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;

/**
 * An attention whose first token and whose others are projected, attend and leave apart: the same,
 * where projecting and leaving use of a part only the rows they are given.
 *
 * @param attending parts that attend; those behind them are read whole
 */
record TokensApart(GraphBuilder graph, Attention attention, int attending) implements Attention {
    private static final Span FIRST = new Span(0, 1);
    private static final Span OTHERS = new Span(1, Long.MAX_VALUE);

    /** Tokens from one to before another. */
    private record Span(long from, long to) {
        Value of(GraphBuilder graph, Value x) {
            return graph.slice(x, 1, from, to);
        }
    }

    /** Some of the rows that are asked for. */
    private record Part(GraphBuilder graph, Rows whole, Span span, Value rows) implements Rows {
        @Override
        public Value of(Value table) {
            return span.of(graph, whole.of(table));
        }

        /** {@code [batch, n]}, of which the first stands where the span begins. */
        @Override
        public Value positions() {
            Value shape = graph.slice(graph.op("Shape", rows), 0, 0, 2);
            Value ones = graph.op("Expand", graph.constant(new long[] {1}), shape);
            Value counted = graph.op("CumSum", ones, graph.constant(new long[] {1}));
            Value before = graph.add(whole.positions(), graph.constant(new long[] {span.from()}));
            return graph.add(graph.subtract(counted, graph.constant(new long[] {1})), before);
        }
    }

    @Override
    public Heads heads() {
        return attention.heads();
    }

    @Override
    public Projected project(int part, Value rows, Rows which) {
        if (part >= attending) {
            return attention.project(part, rows, which);
        }
        Projected first = project(part, rows, which, FIRST);
        Projected others = project(part, rows, which, OTHERS);
        return new Projected(
                joined(first.q(), others.q()),
                joined(first.k(), others.k()),
                joined(first.v(), others.v()));
    }

    private Projected project(int part, Value rows, Rows which, Span span) {
        Value own = span.of(graph, rows);
        return attention.project(part, own, new Part(graph, which, span, own));
    }

    private Value joined(Value first, Value others) {
        return first.equals(Value.NONE) ? first : graph.concat(1, first, others);
    }

    @Override
    public Value mix(GraphBuilder builder, Value q, Value k, Value v) {
        return joined(
                attention.mix(builder, FIRST.of(graph, q), k, v),
                attention.mix(builder, OTHERS.of(graph, q), k, v));
    }

    @Override
    public Value out(int part, Value rows, Value mixed) {
        return joined(
                attention.out(part, FIRST.of(graph, rows), FIRST.of(graph, mixed)),
                attention.out(part, OTHERS.of(graph, rows), OTHERS.of(graph, mixed)));
    }
}
