package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Projected;
import org.clusca.api.model.AttentionSequence;
import org.clusca.api.model.BranchKind;
import org.clusca.onnx.OnnxGraph;

/** The branches of an attention in a graph with caching. */
final class LinkedAttention {
    private final OnnxGraph graph;
    private final TrunkForm form;
    private final TrunkSwitches switches;
    private final AttentionSequence sequence;
    private final List<Integer> indices;
    private final List<LinkedBranch> branches;
    private final int width;
    private final SignalWriter watch;

    /**
     * @param indices numbers of the parts' branches
     * @param branches what follows each of them
     * @param width channels of keys and values
     */
    LinkedAttention(
            OnnxGraph graph,
            TrunkForm form,
            TrunkSwitches switches,
            AttentionSequence sequence,
            List<Integer> indices,
            List<LinkedBranch> branches,
            int width) {
        this.graph = graph;
        this.form = form;
        this.switches = switches;
        this.sequence = sequence;
        this.indices = indices;
        this.branches = branches;
        this.width = width;
        watch = new SignalWriter(graph, form.attentionSignals(kind()), sequence, width);
    }

    private BranchKind kind() {
        return sequence.parts().get(0).id().kind();
    }

    /** Of each part the stream after its branch. */
    List<Value> write() {
        if (!form.tokens().contains(kind())) {
            return switched();
        }
        return form.kept(sequence.parts().get(0).id()) == KeptAttention.MIXED
                ? List.of(kept())
                : refreshed();
    }

    /** On all tokens or not at all. */
    private List<Value> switched() {
        if (indices.size() == 1) {
            LinkedBranch branch = branches.get(0);
            return List.of(
                    form.verifies(sequence.parts().get(0).id())
                            ? branch.switched(this::watched)
                            : branch.computedOrPredicted(null, this::watched));
        }
        Value any = switches.runs(indices.get(0));
        for (int index : indices.subList(1, indices.size())) {
            any = graph.op("Or", any, switches.runs(index));
        }
        int each = 1 + watch.count();
        int count = each * indices.size();
        List<Value> results =
                graph.either(any, count, this::watched, () -> LinkedBranch.empties(graph, count));
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
            List<Value> own = results.subList(each * i, each * (i + 1));
            streams.add(
                    branches.get(i)
                            .computedOrPredicted(
                                    own.get(0), () -> LinkedBranch.copies(graph, own)));
        }
        return streams;
    }

    /** Of each part its output, then what it shows. */
    private List<Value> watched() {
        Projected projected = sequence.projected();
        List<Value> signals = watch.write(projected);
        List<Value> outputs = sequence.outputs(sequence.mix(projected));
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            values.add(outputs.get(i));
            values.addAll(signals.subList(i * watch.count(), (i + 1) * watch.count()));
        }
        return values;
    }

    /** Some tokens, with the others' keys and values as they were computed last. */
    private List<Value> refreshed() {
        List<RefreshedAttention.Part> written =
                new RefreshedAttention(graph, switches, sequence, indices, width).write(watch);
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
            RefreshedAttention.Part own = written.get(i);
            streams.add(
                    branches.get(i).refreshed(own.fresh(), own.chosen(), own.kept(), own.seen()));
        }
        return streams;
    }

    /** Some tokens, each with what attention brought it when it was computed on all. */
    private Value kept() {
        int index = indices.get(0);
        Value chosen = switches.chosen(index);
        Value earlier = switches.kept(KeptAttention.MIXED, index, width).get(0);
        List<Value> results =
                graph.either(
                        switches.runs(index),
                        1 + watch.count(),
                        () -> {
                            Projected projected = sequence.projected();
                            List<Value> values = new ArrayList<>();
                            values.add(sequence.mix(projected));
                            values.addAll(watch.write(projected));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.op("GatherND", earlier, chosen));
                            values.addAll(LinkedBranch.empties(graph, watch.count()));
                            return values;
                        });
        List<String> names = LinkedBranch.direct(graph, results);
        Value rows = graph.op("GatherND", sequence.parts().get(0).x(), chosen);
        return branches.get(0)
                .refreshed(
                        sequence.attention().out(0, rows, results.get(0)),
                        chosen,
                        names.subList(0, 1),
                        names.subList(1, names.size()));
    }
}
