package org.clusca.api.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Projected;
import org.clusca.api.model.Attention.Rows;
import org.clusca.api.model.BranchLinker.Residual;

/**
 * The parts of an attention as one sequence, while it is written into a graph; for those who write
 * a {@link BranchLinker}.
 *
 * @param parts that attend, in their order
 * @param read streams that are only attended to, behind them
 */
public record AttentionSequence(
        GraphBuilder graph, List<Residual> parts, List<Value> read, Attention attention) {

    /** Writes the attention on all tokens; gives the un-gated output of each part. */
    public List<Value> whole() {
        return outputs(mix(projected()));
    }

    /** Of all tokens of all parts. */
    public Projected projected() {
        Rows all = new EveryRow(graph);
        List<Projected> projected = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            projected.add(attention.project(i, parts.get(i).x(), all));
        }
        projected.addAll(readParts());
        return joined(projected);
    }

    /** Keys and values of what is only read. */
    public List<Projected> readParts() {
        List<Projected> projected = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            projected.add(attention.project(parts.size() + i, read.get(i), new EveryRow(graph)));
        }
        return projected;
    }

    /** One after the other. */
    public Projected joined(List<Projected> projected) {
        return new Projected(
                concat(projected, Projected::q),
                concat(projected, Projected::k),
                concat(projected, Projected::v));
    }

    private Value concat(List<Projected> projected, Function<Projected, Value> which) {
        Value[] present =
                projected.stream()
                        .map(which)
                        .filter(value -> !value.equals(Value.NONE))
                        .toArray(Value[]::new);
        return present.length == 1 ? present[0] : graph.concat(1, present);
    }

    /** What the queries bring, of all parts that attend. */
    public Value mix(Projected projected) {
        return attention.mix(graph, projected.q(), projected.k(), projected.v());
    }

    /**
     * Deals out to the parts what their queries brought.
     *
     * @param rows of each part, of which the queries are
     */
    public List<Value> split(Value mixed, List<Value> rows) {
        if (rows.size() == 1) {
            return List.of(mixed);
        }
        Value sizes =
                graph.concat(
                        0,
                        rows.stream()
                                .map(x -> graph.op("Shape", Map.of("start", 1, "end", 2), x))
                                .toArray(Value[]::new));
        return graph.ops("Split", rows.size(), Map.of("axis", 1), mixed, sizes);
    }

    /**
     * The un-gated outputs of all parts.
     *
     * @param mixed of all their tokens
     */
    public List<Value> outputs(Value mixed) {
        List<Value> rows = parts.stream().map(Residual::x).toList();
        List<Value> own = split(mixed, rows);
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            outputs.add(attention.out(i, rows.get(i), own.get(i)));
        }
        return outputs;
    }

    private record EveryRow(GraphBuilder graph) implements Rows {
        @Override
        public Value of(Value table) {
            return table;
        }

        @Override
        public Value positions() {
            return graph.constant(new long[] {0});
        }
    }
}
