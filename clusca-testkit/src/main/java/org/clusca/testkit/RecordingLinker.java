package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Stream;

/** Runs every branch and notes what the model handed over, in order. */
final class RecordingLinker extends PlainLinker {
    /** By which method of the linker a branch was handed over. */
    enum Handed {
        ATTENTION,
        MIXING,
        TOKENWISE;

        /** Whether that is the method for branches of a kind. */
        boolean suits(BranchKind kind) {
            return switch (kind) {
                case ATTENTION -> this != TOKENWISE;
                case CROSS_ATTENTION -> this != MIXING;
                case MLP -> this == TOKENWISE;
                case PARALLEL -> this == ATTENTION;
            };
        }
    }

    /**
     * One branch as the model wrote it.
     *
     * @param sum the stream with it added
     */
    record Written(Residual part, Handed as, Value output, Value sum) {
        BranchId id() {
            return part.id();
        }
    }

    /** How the network is run. */
    enum Way {
        /** As it is. */
        WHOLE,
        /** What works token by token runs on the first token and on the others apart. */
        TOKENS_APART,
        /** The last layer is given a hidden state of zeros. */
        NOTHING_HIDDEN
    }

    private final GraphBuilder graph;
    private final Way way;
    private final List<Written> written = new ArrayList<>();
    private Handed handedAs = Handed.MIXING;
    private final List<Value> hidden = new ArrayList<>();
    private final List<Integer> entered = new ArrayList<>();
    private final Map<Stream, Value> first = new EnumMap<>(Stream.class);
    private final Map<Stream, Value> second = new EnumMap<>(Stream.class);
    private Map<Stream, Value> replacing = Map.of();
    private final List<Value> inputs = new ArrayList<>();
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

    /** The first block's modulated input. */
    List<Value> inputs() {
        return inputs;
    }

    @Override
    public void input(Supplier<Value> modulated) {
        inputs.add(modulated.get());
    }

    @Override
    protected Value add(Residual part, Value output) {
        Value sum = super.add(part, output);
        written.add(new Written(part, handedAs, output, sum));
        return sum;
    }

    @Override
    public List<Value> attention(List<Residual> parts, List<Value> read, Attention attention) {
        handedAs = Handed.ATTENTION;
        return super.attention(
                parts,
                read,
                way == Way.TOKENS_APART
                        ? new TokensApart(graph, attention, parts.size())
                        : attention);
    }

    @Override
    public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
        handedAs = Handed.MIXING;
        return super.mixing(id, x, gate, branch);
    }

    @Override
    public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
        handedAs = Handed.TOKENWISE;
        return super.tokenwise(id, x, gate, rows -> parts(rows, branch));
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

    /** What is to be taken for what the first block adds. */
    void replacing(Map<Stream, Value> added) {
        replacing = added;
    }

    @Override
    public Map<Stream, Value> enter(int block, Map<Stream, Value> streams) {
        entered.add(block);
        if (block == 0) {
            first.putAll(streams);
        }
        if (block != 1) {
            return streams;
        }
        second.putAll(streams);
        Map<Stream, Value> replaced = new EnumMap<>(streams);
        replacing.forEach(
                (stream, added) ->
                        replaced.put(stream, graph.add(requireNonNull(first.get(stream)), added)));
        return replaced;
    }

    /** In the order in which the streams were handed over. */
    List<Integer> entered() {
        return entered;
    }

    /** What the first block adds to the streams. */
    Map<Stream, Value> added() {
        Map<Stream, Value> added = new EnumMap<>(Stream.class);
        second.forEach(
                (stream, x) ->
                        added.put(stream, graph.subtract(x, requireNonNull(first.get(stream)))));
        return added;
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
