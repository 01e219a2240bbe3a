package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Projected;
import org.clusca.api.model.AttentionSequence;
import org.clusca.onnx.OnnxGraph;

/**
 * An attention that can be computed on some tokens: the chosen ones are projected, outside of any
 * {@code If}, so that weights are packed once; their keys and values enter the kept ones, and their
 * queries attend to all.
 */
final class RefreshedAttention {
    private final OnnxGraph graph;
    private final TrunkSwitches switches;
    private final AttentionSequence sequence;
    private final List<Integer> indices;
    private final int width;
    private final List<Value> chosen = new ArrayList<>();
    private final List<Value> rows = new ArrayList<>();
    private final List<Projected> fresh = new ArrayList<>();

    /**
     * What one part gives.
     *
     * @param fresh un-gated output of the chosen tokens {@code [batch, chosen, width]}
     * @param kept names of the outputs with its keys and values; empty where it has none
     * @param seen names of its signals
     */
    record Part(Value chosen, Value fresh, List<String> kept, List<String> seen) {}

    /**
     * @param indices numbers of the parts' branches
     * @param width channels of keys and values
     */
    RefreshedAttention(
            OnnxGraph graph,
            TrunkSwitches switches,
            AttentionSequence sequence,
            List<Integer> indices,
            int width) {
        this.width = width;
        this.graph = graph;
        this.switches = switches;
        this.sequence = sequence;
        this.indices = indices;
        for (int i = 0; i < indices.size(); i++) {
            Value x = sequence.parts().get(i).x();
            Value own = switches.chosen(indices.get(i));
            chosen.add(own);
            rows.add(graph.op("GatherND", x, own));
            fresh.add(sequence.attention().project(i, rows.get(i), new ChosenRows(graph, own)));
        }
    }

    /**
     * @param watch what the attention shows where a branch is computed on all tokens
     */
    List<Part> write(SignalWriter watch) {
        List<Value> results =
                graph.either(
                        any(this::choosesAny),
                        count(watch),
                        () -> attended(watch),
                        () -> {
                            List<Value> values = new ArrayList<>();
                            // of no tokens, and as wide as what attention brings
                            fresh.forEach(own -> values.add(graph.op("Identity", own.q())));
                            values.addAll(
                                    LinkedBranch.empties(graph, count(watch) - values.size()));
                            return values;
                        });
        int parts = indices.size();
        List<String> names = LinkedBranch.direct(graph, results.subList(parts, results.size()));
        List<Part> written = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < parts; i++) {
            int kept = kept(i);
            written.add(
                    new Part(
                            chosen.get(i),
                            sequence.attention().out(i, rows.get(i), results.get(i)),
                            names.subList(at, at + kept),
                            names.subList(at + kept, at + kept + watch.count())));
            at += kept + watch.count();
        }
        return written;
    }

    private Value any(IntFunction<Value> runs) {
        Value any = runs.apply(0);
        for (int part = 1; part < indices.size(); part++) {
            any = graph.op("Or", any, runs.apply(part));
        }
        return any;
    }

    /** Attention of no queries to anything is not something that every kernel does. */
    private Value choosesAny(int part) {
        Value count = graph.op("Shape", Map.of("start", 1, "end", 2), chosen.get(part));
        return graph.op("Greater", count, graph.constant(new long[] {0}));
    }

    private int count(SignalWriter watch) {
        int count = 0;
        for (int i = 0; i < indices.size(); i++) {
            count += 1 + kept(i) + watch.count();
        }
        return count;
    }

    /** Tensors that are kept of a part. */
    private int kept(int part) {
        return fresh.get(part).k().equals(Value.NONE) ? 0 : 2;
    }

    private List<Value> attended(SignalWriter watch) {
        List<Projected> merged = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
            merged.add(kept(i) == 0 ? fresh.get(i) : merged(i));
        }
        List<Projected> all = new ArrayList<>(merged);
        all.addAll(sequence.readParts());
        Projected joined = sequence.joined(all);
        List<Value> values = new ArrayList<>(sequence.split(sequence.mix(joined), rows));
        List<Value> signals = signals(watch, joined);
        for (int i = 0; i < indices.size(); i++) {
            if (kept(i) > 0) {
                values.add(merged.get(i).k());
                values.add(merged.get(i).v());
            }
            values.addAll(signals.subList(i * watch.count(), (i + 1) * watch.count()));
        }
        return values;
    }

    /** What was kept of a part, with the chosen tokens anew. */
    private Projected merged(int part) {
        int index = indices.get(part);
        Value own = chosen.get(part);
        List<Value> kept = switches.kept(KeptAttention.KEYS_AND_VALUES, index, width);
        Value chose = switches.chose(index);
        return new Projected(
                fresh.get(part).q(),
                merged(kept.get(0), own, chose, fresh.get(part).k()),
                merged(kept.get(1), own, chose, fresh.get(part).v()));
    }

    /** A batch row that chooses nothing beside rows that do computes a token, and keeps its own. */
    private Value merged(Value kept, Value own, Value chose, Value fresh) {
        Value rows = graph.op("Where", chose, fresh, graph.op("GatherND", kept, own));
        return graph.op("ScatterND", kept, own, rows);
    }

    private List<Value> signals(SignalWriter watch, Projected joined) {
        int count = watch.count() * indices.size();
        return count == 0
                ? List.of()
                : graph.either(
                        any(part -> switches.compute(indices.get(part))),
                        count,
                        () -> watch.write(joined),
                        () -> LinkedBranch.empties(graph, count));
    }
}
