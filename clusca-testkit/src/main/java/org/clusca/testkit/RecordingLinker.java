package org.clusca.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Stream;

/** Runs every branch and notes what the model handed over, in order. */
final class RecordingLinker extends PlainLinker {
    /**
     * One branch as the model wrote it.
     *
     * @param kind by the method that it was handed to
     */
    record Written(BranchId id, BranchKind kind, Value output) {}

    /** How the network is run. */
    enum Way {
        /** As it is. */
        WHOLE,
        /** Branches that work token by token run on the first token and on the others apart. */
        TOKENS_APART,
        /** The last layer is given a hidden state of zeros. */
        NOTHING_HIDDEN
    }

    private final GraphBuilder graph;
    private final Way way;
    private final List<Written> written = new ArrayList<>();
    private BranchKind handedAs = BranchKind.ATTENTION;
    private final List<Value> hidden = new ArrayList<>();
    private final Map<Stream, Value> shown = new EnumMap<>(Stream.class);

    RecordingLinker(GraphBuilder graph, Way way) {
        super(graph);
        this.graph = graph;
        this.way = way;
    }

    List<Written> written() {
        return written;
    }

    List<Value> hidden() {
        return hidden;
    }

    @Override
    protected Value add(BranchId id, Value x, Value gate, Value output) {
        written.add(new Written(id, handedAs, output));
        handedAs = BranchKind.ATTENTION;
        return super.add(id, x, gate, output);
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        handedAs = BranchKind.MLP;
        return super.tokenwise(id, x, gate, rows -> parts(rows, branch));
    }

    @Override
    public Value parallel(
            BranchId id,
            Value x,
            Value gate,
            Supplier<Value> mixing,
            BinaryOperator<Value> tokenwise) {
        handedAs = BranchKind.PARALLEL;
        return super.parallel(
                id,
                x,
                gate,
                mixing,
                (rows, mixed) ->
                        way == Way.TOKENS_APART
                                ? graph.concat(
                                        1,
                                        tokenwise.apply(first(rows), first(mixed)),
                                        tokenwise.apply(others(rows), others(mixed)))
                                : tokenwise.apply(rows, mixed));
    }

    private Value parts(Value x, UnaryOperator<Value> branch) {
        return way == Way.TOKENS_APART
                ? graph.concat(1, branch.apply(first(x)), branch.apply(others(x)))
                : branch.apply(x);
    }

    private Value first(Value x) {
        return graph.slice(x, 1, 0, 1);
    }

    private Value others(Value x) {
        return graph.slice(x, 1, 1, Long.MAX_VALUE);
    }

    @Override
    public void shown(Stream stream, Value x) {
        shown.put(stream, x);
    }

    /** States of the streams, where the model shows them. */
    Map<Stream, Value> shown() {
        return shown;
    }

    @Override
    public Value hidden(Value x) {
        hidden.add(x);
        return way == Way.NOTHING_HIDDEN ? graph.multiply(x, graph.scalar(0)) : x;
    }
}
